/** Checks of a map against the types of its target: names, required fields, kinds of values, constants. Notes findings. */
import type { ExpressionProblem } from '../contracts/expression.ts';
import type { Finding } from '../contracts/finding.ts';
import type { LogicalType, ObjectType } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { nearest } from '../errors/nearest.ts';
import { suggestName } from '../errors/suggest-name.ts';
import { conversion, describe, mismatch } from '../expressions/logical-type.ts';
import type { Typed } from '../expressions/typed.ts';
import type { ExpressionSyntax, FieldSyntax } from './syntax.ts';

export interface Checks {
  readonly source: Source;
  readonly findings: Finding[];
  /** The target's message type. */
  readonly target: string;
  /** Its fields, where the type is known. */
  readonly root?: LogicalType | undefined;
}

/** A place in the target. `name` is its path in words, such as `Site.Code`. */
export interface Place {
  readonly name: string;
  readonly type: LogicalType;
  readonly required: boolean;
}

export function noteProblems(checks: Checks, { path }: ExpressionSyntax, problems: readonly ExpressionProblem[]): void {
  for (const { message, help, offset, suggestion } of problems) {
    const at = checks.source.locate(path, 'value', offset);
    checks.findings.push(
      finding('MAP_EXPRESSION', at, { reason: message, help: withoutStop(help) }, suggestion ? { suggestion } : {}),
    );
  }
}

export function checkFields(
  checks: Checks,
  fields: readonly FieldSyntax[],
  type: ObjectType,
  place: Place,
  path: Path,
): void {
  const known = type.fields();
  const given = new Set(fields.map(({ name }) => name));
  const missing = [...known].filter(([name, { required }]) => required && !given.has(name)).map(([name]) => name);
  const free = [...known.keys()].filter((name) => !given.has(name));
  const meant = new Set<string>();
  for (const { name, path: at } of fields) {
    if (known.has(name) || type.open) continue;
    const here = nearest(name, free) ?? (missing.length === 1 ? missing[0] : undefined);
    const suggestion =
      here ?? fieldNamed(name, checks.root) ?? suggestName(name, free.length > 0 ? free : known.keys());
    if (here !== undefined) meant.add(here);
    const target = place.name === '' ? checks.target : place.name;
    const unknown = finding('MAP_UNKNOWN_FIELD', checks.source.locate(at, 'key'), { name, target }, { suggestion });
    checks.findings.push(unknown);
  }
  for (const name of missing.filter((each) => !meant.has(each))) {
    const values = { name: within(place, name), target: checks.target };
    checks.findings.push(finding('MAP_MISSING_FIELD', checks.source.locate(path, 'key'), values));
  }
}

const DEEPEST = 4;

/** The path of a field of that name in another place of the target, such as `Site.Description`. */
function fieldNamed(name: string, root: LogicalType | undefined): string | undefined {
  let level = root ? [{ path: '', type: root }] : [];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const below = level.flatMap(({ path, type }) => fieldsOf(path, type.kind === 'list' ? type.of : type));
    const found = below.find(({ path }) => path.slice(path.lastIndexOf('.') + 1) === name);
    if (found) return depth === 0 ? `${name} beside the fields of the whole` : found.path;
    level = below;
  }
  return undefined;
}

const fieldsOf = (path: string, type: LogicalType) =>
  type.kind === 'object'
    ? [...type.fields()].map(([name, field]) => ({ path: path === '' ? name : `${path}.${name}`, type: field.type }))
    : [];

/** The catalog's text ends the sentence. */
const withoutStop = (help: string) => help.replace(/\.$/, '');

export const within = (place: Place, name: string) => (place.name === '' ? name : `${place.name}.${name}`);

/** Notes what is wrong with an expression as the value of a place. */
export function checkTyped(checks: Checks, typed: Typed, expression: ExpressionSyntax, place: Place): void {
  const found = mismatch(typed.type, place.type);
  if (found !== undefined) {
    wrongType(checks, expression.path, place, found, conversion(typed.type, place.type));
  } else if (typeof typed.literal?.value === 'string') {
    checkConstant(checks, typed.literal.value, expression.path, place);
  } else if (place.required && typed.nullable) {
    const values = { name: place.name, expression: expression.text };
    const at = checks.source.locate(expression.path);
    checks.findings.push(finding('MAP_FIELD_MAY_BE_ABSENT', at, values, { severity: 'warning' }));
  }
}

export function wrongType(checks: Checks, path: Path, place: Place, found: string, help: string): void {
  const values = {
    name: place.name === '' ? checks.target : place.name,
    expected: describe(place.type),
    found,
    help: withoutStop(help),
  };
  checks.findings.push(finding('MAP_WRONG_TYPE', checks.source.locate(path), values));
}

/** A constant must be of the type, and one of the values that the schema lists. */
export function checkConstant(checks: Checks, value: unknown, path: Path, place: Place): void {
  const { type } = place;
  if (type.kind === 'any') return;
  if (!FITS[type.kind](value)) {
    wrongType(checks, path, place, JSON.stringify(value) ?? 'nothing', `Give ${describe(type)}.`);
    return;
  }
  if (type.kind === 'list')
    for (const item of value as unknown[]) checkConstant(checks, item, path, { ...place, type: type.of });
  if (type.kind !== 'string' || !type.values || type.values.includes(value as string)) return;
  const unknown = { name: value as string, known: type.values };
  const help = `Give one of ${type.values.slice(0, 20).join(', ')}`;
  const values = { name: place.name, expected: 'one of a list of values', found: JSON.stringify(value), help };
  checks.findings.push(finding('MAP_WRONG_TYPE', checks.source.locate(path), values, { unknown }));
}

const isNumber = (value: unknown) => typeof value === 'number';

const FITS: Readonly<Record<LogicalType['kind'], (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  number: isNumber,
  decimal: (value) => isNumber(value) || (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)),
  boolean: (value) => typeof value === 'boolean',
  any: () => true,
  null: (value) => value === null,
  list: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

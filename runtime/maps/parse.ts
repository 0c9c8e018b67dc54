/**
 * Reads a map file. A field's value is an expression, a constant (a number, true, false), a list of values, or a mapping:
 *   { each: { name: list, ... }, number?, when?, fields | value }   one item for each of the list; more names make inner loops
 *   { fields: { ... }, when? }   { value: expression, default?, when? }   { const: anything, when? }
 *   any other mapping is a nested object
 * A mapping is one of the forms where it holds `each` or `fields` with a mapping inside, or where it holds `value` or `const`
 * and no name but those of the form. An object whose fields have such names is written { fields: { value: ... } }.
 */
import type { Finding } from '../contracts/finding.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { parse } from '../expressions/parse.ts';
import type {
  ExpressionSyntax,
  FieldSyntax,
  LoopSyntax,
  MapHead,
  MapSyntax,
  NameSyntax,
  ValueSyntax,
} from './syntax.ts';

interface Reading {
  readonly source: Source;
  readonly findings: Finding[];
}

type Mapping = Readonly<Record<string, unknown>>;

export interface ParsedMap {
  /** `fields`: not of a map that names a stylesheet. */
  readonly syntax?: MapHead & Partial<Pick<MapSyntax, 'fields'>>;
  readonly findings: readonly Finding[];
}

export function parseMap(source: Source): ParsedMap {
  const reading: Reading = { source, findings: [] };
  const { map: name, from, to: target, fields, xslt } = isMapping(source.value) ? source.value : {};
  const wrong = [
    typeof name !== 'string' && 'map',
    !isMapping(from) && 'from',
    typeof target !== 'string' && 'to',
    !isMapping(fields) && xslt === undefined && 'fields',
  ].filter((key) => key !== false);
  for (const key of wrong) invalid(reading, [key], `A map needs \`${key}\``, WANTED[key]!, 'key');
  if (wrong.length > 0) return { findings: reading.findings };
  const sources = Object.entries(from as Mapping).flatMap(([alias, type]) => readSource(reading, alias, type));
  const head = { name: name as string, sources, target: target as string };
  if (xslt !== undefined) return { syntax: head, findings: reading.findings };
  return { syntax: { ...head, fields: readValue(reading, fields, ['fields']) }, findings: reading.findings };
}

const WANTED: Readonly<Record<string, string>> = {
  map: 'Write `map: <name>`',
  from: 'Write `from: { <name>: <message type> }`',
  to: 'Write `to: <message type>`',
  fields: 'Write `fields:` and below it one line for each field of the target, or `xslt: <file>`',
};

function readSource(reading: Reading, name: string, type: unknown): MapHead['sources'] {
  const path = ['from', name];
  if (!checkName(reading, name, path)) return [];
  if (typeof type === 'string') return [{ name, type, path }];
  invalid(reading, path, `The source ${name} needs a message type`, `Write \`${name}: <message type>\``);
  return [];
}

function checkName(reading: Reading, name: string, path: Path): boolean {
  const parsed = parse(name);
  if ('node' in parsed && parsed.node.op === 'id' && name === name.trim()) return true;
  invalid(
    reading,
    path,
    `"${name}" cannot be used as a name in expressions`,
    'Use letters, digits and _, such as report',
    'key',
  );
  return false;
}

function readValue(reading: Reading, value: unknown, path: Path): ValueSyntax {
  if (typeof value === 'string') return { kind: 'expression', path, value: { text: value, path } };
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'constant', path, value };
  if (Array.isArray(value))
    return { kind: 'items', path, items: value.map((item, index) => readValue(reading, item, [...path, index])) };
  if (isMapping(value)) return isForm(value) ? readForm(reading, value, path) : readObject(reading, value, path);
  invalid(
    reading,
    path,
    `There is no value for ${String(path.at(-1))}`,
    'Write an expression, or leave the field out',
    'key',
  );
  return { kind: 'constant', path, value: undefined };
}

const FORM: ReadonlySet<string> = new Set(['each', 'number', 'when', 'fields', 'value', 'default', 'const']);

function isForm(value: Mapping): boolean {
  if (isMapping(value['each']) || isMapping(value['fields'])) return true;
  return ('value' in value || 'const' in value) && Object.keys(value).every((key) => FORM.has(key) && key !== 'number');
}

function readObject(reading: Reading, value: Mapping, path: Path): ValueSyntax & { readonly kind: 'object' } {
  const fields = Object.entries(value).flatMap(([name, inner]): FieldSyntax[] => {
    const at = [...path, name];
    if (name !== '__proto__') return [{ name, path: at, value: readValue(reading, inner, at) }];
    invalid(reading, at, 'A field cannot be called __proto__', 'Leave it out', 'key');
    return [];
  });
  return { kind: 'object', path, fields };
}

function readForm(reading: Reading, form: Mapping, path: Path): ValueSyntax {
  for (const key of Object.keys(form).filter((name) => !FORM.has(name)))
    invalid(
      reading,
      [...path, key],
      `\`${key}\` does not belong here`,
      `Beside \`each\` and \`fields\` there may be ${[...FORM].join(', ')}`,
      'key',
      {
        name: key,
        known: FORM,
      },
    );
  const contents = ['fields', 'value', 'const'].filter((key) => key in form);
  if (contents.length !== 1) {
    invalid(
      reading,
      path,
      'One of `fields`, `value` and `const` is wanted here',
      'Say what to make, in one way',
      'key',
    );
    return { kind: 'constant', path, value: undefined };
  }
  const when = readExpression(reading, form, 'when', path);
  const content = readContent(reading, form, path);
  const number = readNumber(reading, form, path);
  if (!('each' in form)) return { ...content, ...(when ? { when } : {}) };
  const item = when ? { ...content, when } : content;
  return { kind: 'each', path, loops: readLoops(reading, form['each'], [...path, 'each']), item, ...number };
}

function readNumber(reading: Reading, form: Mapping, path: Path): { readonly number?: NameSyntax } {
  const name = form['number'];
  const at = [...path, 'number'];
  if (name === undefined) return {};
  if (typeof name === 'string' && 'each' in form)
    return checkName(reading, name, at) ? { number: { name, path: at } } : {};
  const reason = 'each' in form ? '`number` must be a name' : '`number` goes with `each`';
  invalid(reading, at, reason, 'Write `number: position` beside `each`', 'key');
  return {};
}

function readContent(reading: Reading, form: Mapping, path: Path): ValueSyntax {
  if ('const' in form) return { kind: 'constant', path: [...path, 'const'], value: form['const'] };
  if ('fields' in form && isMapping(form['fields'])) return readObject(reading, form['fields'], [...path, 'fields']);
  const fallback = readExpression(reading, form, 'default', path);
  const value = readValue(reading, form['value'] ?? form['fields'], [...path, 'value' in form ? 'value' : 'fields']);
  if (!fallback) return value;
  if (value.kind === 'expression') return { ...value, fallback };
  invalid(
    reading,
    [...path, 'default'],
    '`default` goes with an expression',
    'Write value: <expression> beside it',
    'key',
  );
  return value;
}

function readExpression(reading: Reading, form: Mapping, key: string, path: Path): ExpressionSyntax | undefined {
  const text = form[key];
  if (text === undefined) return undefined;
  if (typeof text === 'string') return { text, path: [...path, key] };
  if (typeof text === 'number' || typeof text === 'boolean') return { text: String(text), path: [...path, key] };
  invalid(reading, [...path, key], `\`${key}\` must be an expression`, `Write \`${key}: <expression>\``);
  return undefined;
}

function readLoops(reading: Reading, each: unknown, path: Path): readonly LoopSyntax[] {
  if (!isMapping(each) || Object.keys(each).length === 0) {
    invalid(reading, path, '`each` needs a name and a list', 'Write `each: { photo: report.photos }`');
    return [];
  }
  return Object.keys(each).flatMap((name): LoopSyntax[] => {
    const list = checkName(reading, name, [...path, name]) ? readExpression(reading, each, name, path) : undefined;
    return list ? [{ name, list }] : [];
  });
}

interface Unknown {
  readonly name: string;
  readonly known: Iterable<string>;
}

function invalid(
  reading: Reading,
  path: Path,
  reason: string,
  help: string,
  part: 'key' | 'value' = 'value',
  unknown?: Unknown,
): void {
  const at = reading.source.locate(path, part);
  reading.findings.push(finding('MAP_INVALID', at, { reason, help }, unknown ? { unknown } : {}));
}

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

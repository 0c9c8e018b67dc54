/**
 * Checks a value against a JSON Schema and says what is wrong in plain words, at its place in the file: unknown keys with
 * the nearest known one, missing keys, wrong types, values that are not allowed. All of it, not the first.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema } from '../contracts/adapter.ts';
import { durationPattern } from '../contracts/duration.ts';
import type { Finding, Location } from '../contracts/finding.ts';
import type { Path } from '../contracts/source.ts';
import { explain } from './explain.ts';

/** A value and where its parts stand: a file, a part of one, or several laid over each other. */
export interface Placed {
  readonly value: unknown;
  locate(path: Path, part?: 'key' | 'value', offset?: number): Location;
}

/** `what` names the whole value, such as "a send port". */
export function checkStructure(placed: Placed, schema: JsonSchema, what: string): Finding[] {
  const validate = validatorOf(schema);
  if (validate(placed.value)) return [];
  const errors = mostTelling(validate.errors ?? []);
  const findings = errors
    .map((error) => explain(error, placed, { schema, what }))
    .filter((entry) => entry !== undefined);
  return findings.filter((entry) => !misspelt(entry, findings));
}

/** A key that is missing because it stands there misspelt: told once, with the suggestion. */
function misspelt(missing: Finding, findings: readonly Finding[]): boolean {
  if (missing.code !== 'MISSING_KEY') return false;
  return findings.some(
    ({ code, suggestion, at }) =>
      code === 'UNKNOWN_KEY' &&
      at.path.split('.').slice(0, -1).join('.') === missing.at.path &&
      `"${suggestion}"` === keyIn(missing),
  );
}

const keyIn = ({ message }: Finding) => /the key ("[^"]*")/.exec(message)?.[1];

/** Counts what is wrong, for comparing readings of a broken file. */
export function countFaults(value: unknown, schema: JsonSchema): number {
  const validate = validatorOf(schema);
  return validate(value) ? 0 : (validate.errors?.length ?? 0);
}

/** A copy of `value` with the schema's defaults filled in. */
export function withDefaults<T>(value: T, schema: JsonSchema): T {
  const copy = structuredClone(value);
  filling.of(schema)(copy);
  return copy;
}

/** What is looked at stays as it is written: a default that was filled in would replace what is laid under it. */
const looking = validators(false);
const filling = validators(true);
const validatorOf = looking.of;

function validators(useDefaults: boolean) {
  const compiled = new WeakMap<JsonSchema, ValidateFunction>();
  const of = (schema: JsonSchema): ValidateFunction => {
    const known = compiled.get(schema);
    if (known) return known;
    const validate = createAjv(useDefaults).compile(schema);
    compiled.set(schema, validate);
    return validate;
  };
  return { of };
}

/** One each, so that the `$id`s of two adapters never meet. */
function createAjv(useDefaults: boolean): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true, useDefaults, logger: false });
  addFormats.default(ajv);
  ajv.addFormat('solution-path', true);
  ajv.addFormat('http-path', true);
  ajv.addFormat('certificate', true);
  ajv.addFormat('duration', new RegExp(durationPattern));
  return ajv;
}

const COMPOSED = new Set(['oneOf', 'anyOf', 'if', 'not', 'allOf']);

/**
 * Where a value may have one of several shapes, ajv lists what is wrong with each of them: what stands deepest is what was
 * meant. Such a list is kept only for the branch that comes nearest.
 */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  let kept = errors.filter(({ keyword }) => !COMPOSED.has(keyword) || keyword === 'not');
  for (const choice of choices) {
    const [within, others] = split(kept, (error) => isWithin(error, choice));
    kept = [...others, ...(within.length > 0 ? nearestBranch(within, choice) : [choice])];
  }
  return unique(kept);
}

function nearestBranch(within: readonly ErrorObject[], choice: ErrorObject): ErrorObject[] {
  const branches = Map.groupBy(within, (error) => branchOf(error, choice));
  const ranked = [...branches.values()].sort((a, b) => badness(a, choice) - badness(b, choice));
  const best = ranked[0]!;
  const tied = ranked.length > 1 && badness(ranked[1]!, choice) === badness(best, choice);
  return tied && best.every((error) => error.instancePath === choice.instancePath && error.keyword === 'type')
    ? [choice]
    : best;
}

/** A branch of the wrong type is far off; then the fewest faults win. */
function badness(errors: readonly ErrorObject[], choice: ErrorObject): number {
  const wrongKind = errors.some(
    ({ keyword, instancePath }) =>
      (keyword === 'type' || keyword === 'const') && instancePath.length <= choice.instancePath.length + 1,
  );
  return (wrongKind ? 1000 : 0) + errors.length;
}

const isWithin = (error: ErrorObject, choice: ErrorObject) =>
  error !== choice && error.instancePath.startsWith(choice.instancePath) && !COMPOSED.has(error.keyword);

const branchOf = (error: ErrorObject, choice: ErrorObject) =>
  error.schemaPath.startsWith(choice.schemaPath)
    ? error.schemaPath.slice(choice.schemaPath.length).split('/')[1]
    : error.schemaPath;

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function unique(errors: readonly ErrorObject[]): ErrorObject[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const key = `${error.instancePath} ${error.keyword} ${JSON.stringify(error.params)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Turns one error of the JSON Schema validator into a finding that a person understands. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../contracts/adapter.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Path } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { nearest } from '../errors/nearest.ts';
import { misplaced } from './misplaced.ts';
import { at } from './plain.ts';
import type { Placed } from './structure.ts';

interface Fault {
  readonly error: ErrorObject;
  readonly placed: Placed;
  readonly path: Path;
  /** The place in words: the nearest key, or what the whole value is. */
  readonly where: string;
  /** Of the place. */
  readonly schema: JsonSchema;
  /** Of the whole value. */
  readonly root: JsonSchema;
}

export interface Whole {
  readonly schema: JsonSchema;
  /** The whole value in words. */
  readonly what: string;
}

/** Undefined for errors that only repeat others. */
export function explain(error: ErrorObject, placed: Placed, whole: Whole): Finding | undefined {
  const path = pathOf(error.instancePath, placed.value);
  const named = path.findLast((step) => typeof step === 'string');
  const entry = typeof path.at(-1) === 'number' ? 'an entry of ' : '';
  const where = named === undefined ? whole.what : `${entry}"${named}"`;
  const schema = (error.parentSchema ?? {}) as JsonSchema;
  const rule = RULES[error.keyword] ?? notAllowed;
  return rule({ error, placed, path, where, schema, root: whole.schema });
}

const RULES: Readonly<Record<string, (fault: Fault) => Finding | undefined>> = {
  additionalProperties: (fault) => unknownKey(fault, fault.error.params['additionalProperty']),
  unevaluatedProperties: (fault) => unknownKey(fault, fault.error.params['unevaluatedProperty']),
  propertyNames: (fault) => badName(fault, fault.error.params['propertyName']),
  required: (fault) => missingKey(fault, fault.error.params['missingProperty']),
  dependentRequired: (fault) => missingKey(fault, fault.error.params['missingProperty']),
  type: wrongType,
  enum: notAllowed,
  const: notAllowed,
};

function unknownKey({ placed, path, where, schema, root }: Fault, key: string): Finding {
  const elsewhere = misplaced({ placed, schema: root, path, key, where });
  if (elsewhere) return elsewhere;
  const known = Object.keys((schema['properties'] ?? {}) as object);
  const values = { key, where, known: known.join(', ') || 'none' };
  const suggestion = nearest(key, known); // Only one name: correct-keys.ts goes on with it.
  return finding('UNKNOWN_KEY', placed.locate([...path, key], 'key'), values, suggestion ? { suggestion } : {});
}

/** The property that breaks the rule for names; ajv also lists why, which says the same. */
function badName({ placed, path, where, schema }: Fault, name: string): Finding {
  const rule = (schema['propertyNames'] ?? {}) as JsonSchema;
  const known = Array.isArray(rule['enum']) ? rule['enum'].map(String) : [];
  const expected = known.length > 0 ? `one of: ${known.join(', ')}` : description(rule, 'another name');
  return finding(
    'NOT_ALLOWED',
    placed.locate([...path, name], 'key'),
    { found: `The name "${name}"`, where, expected },
    { unknown: { name, known } },
  );
}

function missingKey({ placed, path, where, schema }: Fault, key: string): Finding {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const values = { key, where, description: description(properties[key] ?? {}, `\`${key}: ...\``) };
  return finding('MISSING_KEY', placed.locate(path, 'key'), values);
}

function wrongType({ error, placed, path, where, schema }: Fault): Finding {
  const types: string[] = [error.params['type']].flat();
  const expected = types.map((type) => TYPE_WORDS[type] ?? type).join(' or ');
  const values = {
    where,
    expected,
    found: inWords(error.data),
    description: description(schema, 'see the documentation'),
  };
  return finding('WRONG_TYPE', placed.locate(path), values);
}

const withinSentence = (text: string) => text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());

function notAllowed({ error, placed, path, where, schema }: Fault): Finding | undefined {
  if (error.propertyName !== undefined) return undefined; // Told by `propertyNames`, which stands beside it.
  const allowed = allowedBy(error);
  const expected = allowed ? `one of: ${allowed.join(', ')}` : withinSentence(expectedBy(error, schema));
  const unknown = allowed && typeof error.data === 'string' ? { unknown: { name: error.data, known: allowed } } : {};
  return finding('NOT_ALLOWED', placed.locate(path), { found: inWords(error.data), where, expected }, unknown);
}

function allowedBy(error: ErrorObject): string[] | undefined {
  if (error.keyword === 'enum') return (error.params['allowedValues'] as unknown[]).map(String);
  if (error.keyword === 'const') return [String(error.params['allowedValue'])];
  return undefined;
}

function expectedBy(error: ErrorObject, schema: JsonSchema): string {
  const text = description(schema, '');
  if (error.keyword === 'pattern') return text || `text like ${error.params['pattern']}`;
  if (error.keyword === 'oneOf' || error.keyword === 'anyOf')
    return text || 'one of the forms that the documentation shows';
  if (error.keyword === 'minItems') return `a list of ${error.params['limit']} or more${text ? `: ${text}` : ''}`;
  return `something that ${error.message ?? 'fits'}${text ? `: ${text}` : ''}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a mapping (key: value)',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};

function inWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping (key: value)';
  if (typeof value === 'string') return `the text "${value.length > 60 ? `${value.slice(0, 57)}...` : value}"`;
  return `${typeof value === 'boolean' ? '' : 'the number '}${String(value)}`;
}

function description(schema: JsonSchema, otherwise: string): string {
  const text = schema['description'];
  return typeof text === 'string' ? text.replace(/\.$/, '') : otherwise;
}

/** JSON pointer to path; a step into a list is a number. */
function pathOf(pointer: string, value: unknown): Path {
  const path: (string | number)[] = [];
  let current = value;
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(current) ? Number(step) : step);
    current = at(current, path.slice(-1));
  }
  return path;
}

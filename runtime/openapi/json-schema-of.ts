/**
 * The schemas of an OpenAPI document as JSON Schema 2020-12: what versions 2 and 3.0 say in words of their own is said in those of the
 * standard, and what vendors write beside it is left out or mended where its meaning is plain.
 */

import { asNode, type Node } from './node.ts';

/** Fields that are not required in this direction, although they are listed so. */
export type Dropped = 'readOnly' | 'writeOnly' | 'both';

/** What of JSON Schema is kept as it is; all else says nothing to a bus. */
const KEPT: ReadonlySet<string> = new Set(
  `$defs $comment title description default deprecated examples const multipleOf maximum minimum exclusiveMaximum exclusiveMinimum maxLength
  minLength pattern maxItems minItems uniqueItems maxContains minContains maxProperties minProperties dependentRequired prefixItems
  contains additionalProperties properties patternProperties dependentSchemas propertyNames if then else allOf anyOf oneOf not items
  unevaluatedItems unevaluatedProperties definitions contentEncoding contentMediaType`.split(/\s+/),
);
/** Below these every key is a name, not a word of the schema language. */
const NAMED: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
/** Values, whatever they hold. */
const VALUES: ReadonlySet<string> = new Set(['const', 'default', 'examples', 'dependentRequired']);
const NUMBERS: ReadonlySet<string> = new Set(
  'maximum minimum multipleOf maxLength minLength maxItems minItems maxProperties minProperties maxContains minContains'.split(
    ' ',
  ),
);
const TYPES: ReadonlySet<unknown> = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);
/** Formats that ajv does not know say nothing here; they are dropped, for a schema of the bus is strict. */
const FORMATS: ReadonlySet<unknown> = new Set(
  'date date-time time email uri uuid ipv4 ipv6 hostname duration byte'.split(' '),
);

/** `refer` says what a reference is called where the schema will stand. */
export function jsonSchemaOf(
  schema: unknown,
  refer: (reference: string) => string,
  dropped: Dropped = 'both',
): unknown {
  if (Array.isArray(schema)) return schema.map((item) => jsonSchemaOf(item, refer, dropped));
  if (typeof schema !== 'object' || schema === null) return typeof schema === 'boolean' ? schema : {};
  const node = schema as Node;
  const nullable = node['nullable'] === true || node['x-nullable'] === true;
  if (typeof node['$ref'] === 'string') {
    const made = { $ref: refer(node['$ref']) };
    return nullable ? orNull(made) : made;
  }
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    const kept = KEPT.has(key) ? wordOf(key, value, refer, dropped) : undefined;
    if (kept !== undefined) made[key] = kept;
  }
  Object.assign(made, typesOf(node), namesOf(node, dropped), valuesOf(node));
  tuple(made);
  limits(node, made, 'minimum', 'exclusiveMinimum');
  limits(node, made, 'maximum', 'exclusiveMaximum');
  return nullable ? orNull(made) : made;
}

/** Undefined where it has no meaning. */
function wordOf(key: string, value: unknown, refer: (reference: string) => string, dropped: Dropped): unknown {
  if (NAMED.has(key))
    return Object.fromEntries(
      Object.entries((value ?? {}) as Node).map(([name, inner]) => [name, jsonSchemaOf(inner, refer, dropped)]),
    );
  if (VALUES.has(key)) return value;
  if (key === 'pattern') return patternOf(value);
  if (NUMBERS.has(key))
    return value === null || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
  if (/^exclusiveM/.test(key)) return typeof value === 'number' ? value : undefined;
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (/^(?:all|any|one)Of$/.test(key) && Array.isArray(value) && value.length === 0) return undefined;
  return jsonSchemaOf(value, refer, dropped);
}

function typesOf(node: Node): Node {
  const all = [node['type']].flat().filter((type) => TYPES.has(type));
  const type = all.length > 1 ? { type: [...new Set(all)] } : all.length === 1 ? { type: all[0] } : {};
  return { ...type, ...(FORMATS.has(node['format']) ? { format: node['format'] } : {}) };
}

/** `required: true` stands for the property in older documents, and says nothing of its fields. */
function namesOf(node: Node, dropped: Dropped): Node {
  if (!Array.isArray(node['required'])) return {};
  const isDropped = (name: string) => {
    const { readOnly, writeOnly } = asNode(asNode(node['properties'])[name]);
    return (readOnly === true && dropped !== 'writeOnly') || (writeOnly === true && dropped !== 'readOnly');
  };
  return { required: [...new Set(node['required'].map(String))].filter((name) => !isDropped(name)) };
}

function valuesOf(node: Node): Node {
  const values: unknown = node['enum'];
  if (!Array.isArray(values) || values.length === 0) return {};
  const texts = new Set<string>();
  return { enum: values.filter((value) => texts.size < texts.add(JSON.stringify(value)).size) };
}

/** A list of schemas in `items` is what `prefixItems` says today. */
function tuple(made: Record<string, unknown>): void {
  if (!Array.isArray(made['items'])) return;
  made['prefixItems'] = made['items'];
  delete made['items'];
}

/** Schemas match in Unicode, which knows no needless escapes; a pattern of another language is left out. */
function patternOf(value: unknown): unknown {
  const written = String(value);
  const plain = written.replace(/\\([^\w^$\\.*+?()[\]{}|/-])/g, '$1').replace(/\\_/g, '_');
  return [written, plain].find((pattern) => {
    try {
      return new RegExp(pattern, 'u') !== undefined;
    } catch {
      return false;
    }
  });
}

/** In 3.0 `exclusiveMinimum: true` is about `minimum`. */
function limits(node: Node, made: Record<string, unknown>, key: string, exclusive: string): void {
  if (node[exclusive] !== true || made[key] === undefined) return;
  made[exclusive] = made[key];
  delete made[key];
}

function orNull(made: Record<string, unknown>): unknown {
  const { type } = made;
  if (typeof type !== 'string') return { anyOf: [made, { type: 'null' }] };
  const values = made['enum'];
  const allowed = Array.isArray(values) && !values.includes(null) ? { enum: [...(values as unknown[]), null] } : {};
  return { ...made, type: [type, 'null'], ...allowed };
}

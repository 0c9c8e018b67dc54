/** The schemas of an OpenAPI 3 document as JSON Schema 2020-12: what version 3.0 says in words of its own is said in those of the standard. */

type Node = Readonly<Record<string, unknown>>;

/** Not of JSON Schema, or of no use to a bus. */
const DROPPED: ReadonlySet<string> = new Set([
  'nullable',
  'discriminator',
  'example',
  'externalDocs',
  'xml',
  'readOnly',
  'writeOnly',
  'exclusiveMinimum',
  'exclusiveMaximum',
]);
/** Below these every key is a name, not a word of the schema language. */
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
/** Values, whatever they hold. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required']);
/** Formats that ajv does not know say nothing here; they are dropped, for a schema of the bus is strict. */
const FORMATS: ReadonlySet<string> = new Set([
  'date',
  'date-time',
  'time',
  'email',
  'uri',
  'uuid',
  'ipv4',
  'ipv6',
  'hostname',
  'duration',
  'byte',
]);

/** `refer` says what a reference is called where the schema will stand. */
export function jsonSchemaOf(schema: unknown, refer: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => jsonSchemaOf(item, refer));
  if (typeof schema !== 'object' || schema === null) return schema;
  const node = schema as Node;
  if (typeof node['$ref'] === 'string') return { $ref: refer(node['$ref']) };
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (DROPPED.has(key) || key.startsWith('x-')) continue;
    if (key === 'format' && !FORMATS.has(String(value))) continue;
    if (NAMED.has(key))
      made[key] = Object.fromEntries(
        Object.entries((value ?? {}) as Node).map(([name, inner]) => [name, jsonSchemaOf(inner, refer)]),
      );
    else made[key] = VALUES.has(key) ? value : jsonSchemaOf(value, refer);
  }
  limits(node, made, 'minimum', 'exclusiveMinimum');
  limits(node, made, 'maximum', 'exclusiveMaximum');
  return node['nullable'] === true ? orNull(made) : made;
}

/** In 3.0 `exclusiveMinimum: true` is about `minimum`. */
function limits(node: Node, made: Record<string, unknown>, key: string, exclusive: string): void {
  if (typeof node[exclusive] === 'number') made[exclusive] = node[exclusive];
  if (node[exclusive] !== true) return;
  made[exclusive] = node[key];
  delete made[key];
}

function orNull(made: Record<string, unknown>): unknown {
  const { type } = made;
  if (typeof type !== 'string') return { anyOf: [made, { type: 'null' }] };
  const allowed = Array.isArray(made['enum']) ? { enum: [...(made['enum'] as unknown[]), null] } : {};
  return { ...made, type: [type, 'null'], ...allowed };
}

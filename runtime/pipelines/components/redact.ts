/**
 * Takes fields out of a message before others see them, and out of the properties that were promoted from them. What it cannot be sure of it
 * refuses: a message without a type, a field that the schema does not have.
 */
import { bytesOf, derive, partOf, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { fieldKeys } from '../field-keys.ts';

export interface RedactOptions {
  readonly fields: readonly string[];
  readonly with?: string;
}

export const redact: PipelineComponent<RedactOptions> = {
  name: 'redact',
  summary: 'Takes fields out of a message, and out of the properties promoted from them.',
  stages: ['validate', 'pre-assemble'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['fields'],
    properties: {
      fields: {
        type: 'array',
        minItems: 1,
        items: { type: 'string', minLength: 1 },
        description: 'The fields, as citizen.nino; of a list, that field of each of its items.',
      },
      with: { type: 'string', description: 'A text that takes the place of each. By default the field is gone.' },
    },
  },
  fields: ({ fields }) =>
    fields.map((field, index) => ({ field, path: ['fields', index], part: 'value', single: false, of: 'all' })),
  async execute(message, { fields, with: mask }, { schemas }) {
    const schema = message.type === undefined ? undefined : schemas.find(message.type);
    if (!schema) throw busError('REDACTION_UNTYPED');
    const [body, ...others] = message.parts;
    const before = message.document ?? schema.read(await bytesOf(body));
    const after = fields.reduce((document, field) => without(document, keysOf(schema, field), mask), before);
    if (after === before) return message;
    const context = new Map(message.context);
    for (const name of schema.promote(before).keys()) context.delete(name);
    return derive(message, {
      parts: [partOf(schema.write(after), schema.contentType, body.name), ...others],
      document: after,
      context: withProperties(context, schema.promote(after)),
    });
  },
};

function keysOf(schema: CompiledSchema, field: string): readonly string[] {
  const keys = fieldKeys(schema.document, field);
  if (!keys) throw busError('REDACTION_UNKNOWN', { type: schema.type, field });
  return keys;
}

/** The document itself where nothing stands at the place; else a copy along the way to it. */
function without(value: unknown, keys: readonly string[], mask: string | undefined): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => without(item, keys, mask));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const [key, ...rest] = keys as [string, ...string[]];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const node = value as Record<string, unknown>;
  if (rest.length > 0) {
    const inner = without(node[key], rest, mask);
    return inner === node[key] ? value : { ...node, [key]: inner };
  }
  if (mask !== undefined) return { ...node, [key]: mask };
  const { [key]: _taken, ...kept } = node;
  return kept;
}

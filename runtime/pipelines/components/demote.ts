/**
 * Writes properties of a message into fields of its document, as BizTalk's property demotion does. What it cannot place for sure it refuses:
 * a message without a type, a field that the schema does not have or has more than once, a value that does not fit the field.
 */
import { bytesOf, derive, partOf, type Scalar, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import type { CompiledSchema, LogicalType } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { type FieldPlace, valuePlace } from '../field-keys.ts';

export interface DemoteOptions {
  /** Field to property, as `Header.Sender` to `bus.organisation`. */
  readonly fields: Readonly<Record<string, string>>;
}

export const demote: PipelineComponent<DemoteOptions> = {
  name: 'demote',
  summary: 'Writes properties of a message into fields of its document.',
  stages: ['pre-assemble'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['fields'],
    properties: {
      fields: {
        type: 'object',
        minProperties: 1,
        propertyNames: { minLength: 1 },
        additionalProperties: { type: 'string', minLength: 1 },
        description: 'Field to property, as Header.Sender: bus.organisation; the field is made where it is absent.',
      },
    },
  },
  fields: ({ fields }) =>
    Object.keys(fields).map((field) => ({ field, path: ['fields', field], part: 'key', single: true, of: 'all' })),
  async execute(message, { fields }, { schemas }) {
    const schema = message.type === undefined ? undefined : schemas.find(message.type);
    if (!schema) throw busError('DEMOTION_UNTYPED');
    const [body, ...others] = message.parts;
    const before = message.document ?? schema.read(await bytesOf(body));
    let after = before;
    for (const [field, property] of Object.entries(fields)) {
      const { keys, type } = placeOf(schema, field);
      const found = message.context.get(property);
      if (found) after = put(after, keys, fitted(found.value, type, field, property), field, schema.type);
    }
    if (after === before) return message;
    return derive(message, {
      parts: [partOf(schema.write(after), schema.contentType, body.name), ...others],
      document: after,
      context: withProperties(message.context, schema.promote(after)),
    });
  },
};

function placeOf(schema: CompiledSchema, field: string): FieldPlace {
  const place = valuePlace(schema.document, field);
  if (place) return place;
  throw busError('DEMOTION_UNKNOWN', { type: schema.type, field });
}

/** The value as the schema would have it; text of numbers and truth values is read. */
function fitted(value: Scalar, type: LogicalType, field: string, property: string): Scalar {
  const fit = fittedTo(value, type);
  if (fit !== undefined) return fit;
  throw busError('DEMOTION_UNFIT', { field, property, kind: type.kind });
}

function fittedTo(value: Scalar, type: LogicalType): Scalar | undefined {
  const text = String(value);
  if (type.kind === 'any') return value;
  if (type.kind === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : undefined;
  if (type.kind === 'string') return fits(text, type) ? text : undefined;
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  if (type.kind === 'decimal') return text;
  const number = Number(text);
  return type.kind === 'number' || Number.isSafeInteger(number) ? number : undefined;
}

function fits(text: string, { values, maxLength }: LogicalType & { kind: 'string' }): boolean {
  return (!values || values.includes(text)) && (maxLength === undefined || [...text].length <= maxLength);
}

/** A copy along the way to the place; the document itself where the value stands there already. */
function put(node: unknown, keys: readonly string[], value: Scalar, field: string, type: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  const there = node ?? {};
  if (typeof there !== 'object' || Array.isArray(there)) throw busError('DEMOTION_UNKNOWN', { type, field });
  const fields = there as Record<string, unknown>;
  const before = Object.hasOwn(fields, key) ? fields[key] : undefined;
  const inner = put(before, rest, value, field, type);
  return inner === before ? node : { ...fields, [key]: inner };
}

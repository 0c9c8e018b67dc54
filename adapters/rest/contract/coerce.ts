/** Texts of parameters and forms as the values that a schema means. What does not look like one stays the text that it is. */
import type { ContractSchema } from '../../../runtime/openapi/schema-book.ts';

/** A text, a list of them, or an object of such: what parameters and forms are read as. */
export type Written = unknown;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export function coerced(value: Written, schema: ContractSchema | undefined): unknown {
  if (!schema) return value;
  if (Array.isArray(value)) return value.map((item) => coerced(item, schema.inner('*')));
  if (typeof value === 'object' && value !== null) return coercedFields(value, schema);
  if (isList(schema) && typeof value === 'string') return [coerced(value, schema.inner('*'))];
  return typeof value === 'string' ? scalar(value, schema.types) : value;
}

function coercedFields(value: object, schema: ContractSchema): object {
  const made = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value)) made[key] = coerced(inner, schema.inner(key) ?? schema.inner('*'));
  return made;
}

/** A list and nothing else that a text could be. */
export const isList = ({ types }: ContractSchema) => types.has('array') && !isScalar(types);

export const isObject = ({ types }: ContractSchema) => types.has('object') && !isScalar(types);

const isScalar = (types: ReadonlySet<string>) =>
  ['string', 'number', 'integer', 'boolean'].some((type) => types.has(type));

function scalar(text: string, types: ReadonlySet<string>): unknown {
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if ((types.has('integer') || types.has('number')) && NUMBER.test(text) && isExact(text)) return Number(text);
  if (types.has('null') && text === '' && !types.has('string')) return null;
  return text;
}

/** A number that JavaScript would change stays text, and is refused by its schema rather than taken for another. */
const isExact = (text: string) => !/^-?\d+$/.test(text) || Number.isSafeInteger(Number(text));

/** Pieces of the JSON Schemas of HTTP clients' options. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';

export interface Secret {
  readonly secret: string;
}

/** As it stands, or by the name of a secret. */
export type TextOrSecret = string | Secret;

export const headerName = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

export const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });

export function closed(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { type: 'object', description, properties, required, additionalProperties: false };
}

export const secret = (description: string): JsonSchema =>
  closed(description, { secret: text('The name of the secret') }, ['secret']);

export const textOrSecret = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: 'string' }, secret('A secret')],
});

export const mapOf = (description: string, values: JsonSchema): JsonSchema => ({
  type: 'object',
  description,
  additionalProperties: values,
});

/** What stands there, or what the secret says. Throws BusError SECRET_MISSING. */
export const textFrom = (value: TextOrSecret, secretOf: (name: string) => string): string =>
  typeof value === 'string' ? value : secretOf(value.secret);

/** JSON Schema parts that several shapes share. Descriptions are shown by editors and in findings. */
import type { JsonSchema } from '../../contracts/adapter.ts';

export const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });

export const expression = (description: string): JsonSchema => ({
  type: ['string', 'boolean', 'number'],
  description: `${description} (a CEL expression)`,
});

export const oneOrMore = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
});

/** A list of steps; the schema of a step stands in the file's $defs. */
export const steps = (description: string): JsonSchema => ({
  type: 'array',
  description,
  items: { $ref: '#/$defs/step' },
});

export function closed(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: 'object', description, properties, required, additionalProperties: false };
}

export const name = text('What findings, errors and history call this step');
export const port = text('A logical port; config/applications binds it to a physical one');
export const initialises = oneOrMore('Correlation sets that take their values from this message');
export const follows = oneOrMore('Correlation sets whose values the message must have');

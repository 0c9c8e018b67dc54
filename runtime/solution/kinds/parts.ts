/** JSON Schema parts that several kinds of file share. Every description is shown by editors and in findings. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import { durationPattern } from '../../contracts/duration.ts';

/** Draft 2020-12, closed: unknown keys are findings. */
export function closed(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: 'object', description, properties, required, additionalProperties: false };
}

export function mapping(description: string, of: JsonSchema): JsonSchema {
  return { type: 'object', description, propertyNames: name('a name'), additionalProperties: of };
}

export function name(of: string): JsonSchema {
  return {
    type: 'string',
    pattern: '^[A-Za-z][A-Za-z0-9_-]*$',
    description: `The name of ${of}: letters, digits, - and _, beginning with a letter`,
  };
}

export const text = (description: string): JsonSchema => ({ type: 'string', description });

export const path = (description: string): JsonSchema => ({
  type: 'string',
  minLength: 1,
  format: 'solution-path',
  description,
});

export const duration = (description: string, standard?: string): JsonSchema => ({
  type: 'string',
  pattern: durationPattern,
  description: `${description}, as 500ms, 30s, 5m, 2h or 28d`,
  ...(standard ? { default: standard } : {}),
});

export const oneOrMore = (items: JsonSchema, description: string): JsonSchema => ({
  description,
  anyOf: [items, { type: 'array', items, minItems: 1, uniqueItems: true }],
});

export const listOf = (items: JsonSchema, description: string): JsonSchema => ({ type: 'array', items, description });

/** CEL; a bare true, false or number is an expression too. */
export const expression = (description: string): JsonSchema => ({
  type: ['string', 'boolean', 'number'],
  description: `${description} (a CEL expression)`,
});

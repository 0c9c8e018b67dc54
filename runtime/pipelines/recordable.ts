/** The options that every component has which splits an interchange into records. */
import type { JsonSchema } from '../contracts/adapter.ts';

/** `records`: what that option says, for those that take it. */
export function recordable(records: string, more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...(records === '' ? {} : { records: { type: 'string', minLength: 1, description: records } }),
      ...more,
      recoverable: {
        type: 'boolean',
        default: true,
        description:
          'A record that cannot go on is suspended by itself and the others go on; false: one suspends the whole interchange',
      },
    },
  };
}

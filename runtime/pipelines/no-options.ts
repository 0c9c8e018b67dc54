/** The option schema of a component that has none. */
import type { JsonSchema } from '../contracts/adapter.ts';

export const noOptions: JsonSchema = { type: 'object', additionalProperties: false, properties: {} };

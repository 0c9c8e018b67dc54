/** JSON Schema parts of the files that hold tests. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import { closed, text } from './parts.ts';

export const casesOf = (keys: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'array',
  minItems: 1,
  description: 'The cases, each on its own',
  items: closed('A case', { name: text('What the case shows'), ...keys }, ['name']),
});

/** Bytes: a text as it stands, a file of the solution, or bytes that are no text. */
export const given = (description: string): JsonSchema => ({
  description,
  anyOf: [
    { type: 'string' },
    closed('Bytes', {
      file: { type: 'string', minLength: 1, description: 'A text file of the solution' },
      base64: { type: 'string', description: 'Bytes in base64' },
      hex: { type: 'string', description: 'Bytes in hexadecimal digits' },
    }),
  ],
});

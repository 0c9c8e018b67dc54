/** The text with a capital at the beginning of every word, all else in small letters. */
import type { ExpressionFunction } from '../function.ts';

export const capitalize: ExpressionFunction = {
  name: 'capitalize',
  summary: 'The text with a capital at the beginning of every word, all else in small letters.',
  example: { text: 'capitalize("HIGH STREET")', gives: 'High Street' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) =>
    text
      .toLowerCase()
      .replace(/(^|[^\p{L}\p{M}'’])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase()),
};

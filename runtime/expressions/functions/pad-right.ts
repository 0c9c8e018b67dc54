/** The text filled on the right to a length, with spaces or another character. */
import { padding } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const padRight: ExpressionFunction = {
  name: 'padRight',
  summary: 'The text filled on the right to a length, with spaces or another character.',
  example: { text: 'padRight("ab", 4, ".")', gives: 'ab..' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'length', kind: 'integer' },
    { name: 'fill', kind: 'string', optional: true },
  ],
  returns: { kind: 'string' },
  run: (text: string, length: number, fill = ' ') => text + padding(text, length, fill),
};

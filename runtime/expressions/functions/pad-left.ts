/** The text filled on the left to a length, with spaces or another character. */
import { padding } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const padLeft: ExpressionFunction = {
  name: 'padLeft',
  summary: 'The text filled on the left to a length, with spaces or another character.',
  example: { text: 'padLeft("42", 5, "0")', gives: '00042' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'length', kind: 'integer' },
    { name: 'fill', kind: 'string', optional: true },
  ],
  returns: { kind: 'string' },
  run: (text: string, length: number, fill = ' ') => padding(text, length, fill) + text,
};

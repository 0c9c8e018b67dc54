/** Part of the text, from a position that counts from 0, up to but without an end position. */
import { charactersOf } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const substring: ExpressionFunction = {
  name: 'substring',
  summary: 'Part of the text, from a position that counts from 0, up to but without an end position.',
  example: { text: 'substring("W1234-07", 1, 5)', gives: '1234' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'start', kind: 'integer' },
    { name: 'end', kind: 'integer', optional: true },
  ],
  returns: { kind: 'string' },
  run: (text: string, start: number, end?: number) =>
    charactersOf(text)
      .slice(Math.max(0, start), end === undefined ? end : Math.max(0, end))
      .join(''),
};

/** The first characters of the text, at most so many. */
import { charactersOf } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const truncate: ExpressionFunction = {
  name: 'truncate',
  summary: 'The first characters of the text, at most so many.',
  example: { text: 'truncate("High Street", 4)', gives: 'High' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'length', kind: 'integer' },
  ],
  returns: { kind: 'string' },
  run: (text: string, length: number) =>
    text.length <= length ? text : charactersOf(text).slice(0, Math.max(0, length)).join(''),
};

/** The last characters of the text. */
import { charactersOf } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const right: ExpressionFunction = {
  name: 'right',
  summary: 'The last characters of the text.',
  example: { text: 'right("W1234", 4)', gives: '1234' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'count', kind: 'integer' },
  ],
  returns: { kind: 'string' },
  run: (text: string, count: number) => (count <= 0 ? '' : charactersOf(text).slice(-count).join('')),
};

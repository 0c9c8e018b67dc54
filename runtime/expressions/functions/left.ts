/** The first characters of the text. */
import { charactersOf } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const left: ExpressionFunction = {
  name: 'left',
  summary: 'The first characters of the text.',
  example: { text: 'left("W1234", 1)', gives: 'W' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'count', kind: 'integer' },
  ],
  returns: { kind: 'string' },
  run: (text: string, count: number) => charactersOf(text).slice(0, Math.max(0, count)).join(''),
};

/** Whether the text has the form of a national insurance number. */
import type { ExpressionFunction } from '../function.ts';
import { normalNino } from '../uk-numbers.ts';

export const isNino: ExpressionFunction = {
  name: 'isNino',
  summary: 'Whether the text has the form of a national insurance number.',
  example: { text: 'isNino("AB 12 34 56 C")', gives: true },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'boolean' },
  run: (text: string) => normalNino(text) !== undefined,
};

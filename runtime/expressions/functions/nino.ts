/** A national insurance number in capitals with its spaces; what is none is an error. */

import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';
import { normalNino } from '../uk-numbers.ts';

export const nino: ExpressionFunction = {
  name: 'nino',
  summary: 'A national insurance number in capitals with its spaces; what is none is an error.',
  example: { text: 'nino("ab123456c")', gives: 'AB 12 34 56 C' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => normalNino(text) ?? fail(`${JSON.stringify(text)} is not a national insurance number`),
};

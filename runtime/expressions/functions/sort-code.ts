/** A sort code as 01-02-03; what has not six digits is an error. */

import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';
import { normalSortCode } from '../uk-numbers.ts';

export const sortCode: ExpressionFunction = {
  name: 'sortCode',
  summary: 'A sort code as 01-02-03; what has not six digits is an error.',
  example: { text: 'sortCode("010203")', gives: '01-02-03' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => normalSortCode(text) ?? fail(`${JSON.stringify(text)} is not a sort code`),
};

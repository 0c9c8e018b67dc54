/** How many whole years lie between two dates, as an age is counted. */

import { yearsFrom } from '../dates/months.ts';
import type { ExpressionFunction } from '../function.ts';

export const yearsBetween: ExpressionFunction = {
  name: 'yearsBetween',
  summary: 'How many whole years lie between two dates, as an age is counted.',
  example: { text: 'yearsBetween("2008-02-29", "2026-02-28")', gives: 17 },
  parameters: [
    { name: 'from', kind: 'string' },
    { name: 'to', kind: 'string' },
  ],
  returns: { kind: 'integer' },
  run: yearsFrom,
};

/** The last day in the month of a date. */
import { endOfMonthOf } from '../dates/months.ts';
import type { ExpressionFunction } from '../function.ts';

export const endOfMonth: ExpressionFunction = {
  name: 'endOfMonth',
  summary: 'The last day in the month of a date.',
  example: { text: 'endOfMonth("2028-02-10")', gives: '2028-02-29' },
  parameters: [{ name: 'date', kind: 'string' }],
  returns: { kind: 'string' },
  run: endOfMonthOf,
};

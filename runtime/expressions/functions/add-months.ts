/** The date or date-time so many months later; in a shorter month its last day. */

import { addMonthsTo } from '../dates/months.ts';
import type { ExpressionFunction } from '../function.ts';

export const addMonths: ExpressionFunction = {
  name: 'addMonths',
  summary: 'The date or date-time so many months later; in a shorter month its last day.',
  example: { text: 'addMonths("2026-01-31", 1)', gives: '2026-02-28' },
  parameters: [
    { name: 'date', kind: 'string' },
    { name: 'months', kind: 'integer' },
  ],
  returns: (args) => args[0]?.type ?? { kind: 'string' },
  run: addMonthsTo,
};

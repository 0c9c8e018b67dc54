/** The date or date-time so many days later (earlier, if negative). */
import { addDaysTo } from '../dates/days.ts';
import type { ExpressionFunction } from '../function.ts';

export const addDays: ExpressionFunction = {
  name: 'addDays',
  summary: 'The date or date-time so many days later (earlier, if negative).',
  example: { text: 'addDays("2026-02-27", 2)', gives: '2026-03-01' },
  parameters: [
    { name: 'date', kind: 'string' },
    { name: 'days', kind: 'integer' },
  ],
  returns: (args) => args[0]?.type ?? { kind: 'string' },
  run: addDaysTo,
};

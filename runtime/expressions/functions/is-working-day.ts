/** Whether a date is a working day of a calendar. */
import { dayOf } from '../dates/days.ts';
import { isWorked } from '../dates/working-days.ts';
import type { ExpressionFunction } from '../function.ts';
import { byCalendar } from './by-calendar.ts';

export const isWorkingDay: ExpressionFunction = byCalendar({
  name: 'isWorkingDay',
  summary: 'Whether a date is a working day of a calendar.',
  example: { text: 'isWorkingDay("2026-12-28", "england")', gives: false },
  parameters: [{ name: 'date', kind: 'string' }],
  returns: { kind: 'boolean' },
  with: (calendar, date: string) => isWorked(calendar, dayOf(date)),
});

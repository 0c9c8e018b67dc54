/** The date or date-time so many working days later (earlier, if negative); 0 is the next one that is worked. */
import { addDaysTo, dayOf } from '../dates/days.ts';
import { workingDay } from '../dates/working-days.ts';
import type { ExpressionFunction } from '../function.ts';
import { byCalendar } from './by-calendar.ts';

export const addWorkingDays: ExpressionFunction = byCalendar({
  name: 'addWorkingDays',
  summary: 'The date or date-time so many working days later (earlier, if negative); 0 is the next one that is worked.',
  example: { text: 'addWorkingDays("2026-12-24", 2, "england")', gives: '2026-12-30' },
  parameters: [
    { name: 'date', kind: 'string' },
    { name: 'days', kind: 'integer' },
  ],
  returns: (args) => args[0]?.type ?? { kind: 'string' },
  with: (calendar, date: string, days: number) =>
    addDaysTo(date, workingDay(calendar, dayOf(date), days) - dayOf(date)),
});

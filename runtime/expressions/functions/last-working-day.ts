/** The last working day in the month of a date. */
import { addDaysTo, dayOf } from '../dates/days.ts';
import { endOfMonthOf } from '../dates/months.ts';
import { workingDay } from '../dates/working-days.ts';
import type { ExpressionFunction } from '../function.ts';
import { byCalendar } from './by-calendar.ts';

export const lastWorkingDay: ExpressionFunction = byCalendar({
  name: 'lastWorkingDay',
  summary: 'The last working day in the month of a date.',
  example: { text: 'lastWorkingDay("2026-05-04", "england")', gives: '2026-05-29' },
  parameters: [{ name: 'date', kind: 'string' }],
  returns: { kind: 'string' },
  with: (calendar, date: string) => {
    const last = endOfMonthOf(date);
    return addDaysTo(last, workingDay(calendar, dayOf(last) + 1, -1) - dayOf(last));
  },
});

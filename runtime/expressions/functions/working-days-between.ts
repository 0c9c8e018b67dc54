/** How many working days come after a date, up to and with another; negative where that is earlier. */
import { dayOf } from '../dates/days.ts';
import { workingDaysFrom } from '../dates/working-days.ts';
import type { ExpressionFunction } from '../function.ts';
import { byCalendar } from './by-calendar.ts';

export const workingDaysBetween: ExpressionFunction = byCalendar({
  name: 'workingDaysBetween',
  summary: 'How many working days come after a date, up to and with another; negative where that is earlier.',
  example: { text: 'workingDaysBetween("2026-12-24", "2026-12-30", "england")', gives: 2 },
  parameters: [
    { name: 'from', kind: 'string' },
    { name: 'to', kind: 'string' },
  ],
  returns: { kind: 'integer' },
  with: (calendar, from: string, to: string) => workingDaysFrom(calendar, dayOf(from), dayOf(to)),
});

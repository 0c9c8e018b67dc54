/** Whether a date-time lies in the service hours of a calendar. */
import { instantOf } from '../dates/instants.ts';
import { openFrom } from '../dates/service-hours.ts';
import type { ExpressionFunction } from '../function.ts';
import { byCalendar } from './by-calendar.ts';

export const isOpen: ExpressionFunction = byCalendar({
  name: 'isOpen',
  summary: 'Whether a date-time lies in the service hours of a calendar.',
  example: { text: 'isOpen("2026-07-01T07:30:00Z", "england")', gives: false },
  parameters: [{ name: 'at', kind: 'string' }],
  returns: { kind: 'boolean' },
  with: (calendar, at: string) => {
    const instant = instantOf(at);
    return openFrom(calendar, instant) === instant;
  },
});

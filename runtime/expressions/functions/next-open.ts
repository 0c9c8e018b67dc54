/** The date-time itself if it lies in the service hours of a calendar, else when these begin next. */
import { instantOf, textOf } from '../dates/instants.ts';
import { openFrom } from '../dates/service-hours.ts';
import type { ExpressionFunction } from '../function.ts';
import { byCalendar } from './by-calendar.ts';

export const nextOpen: ExpressionFunction = byCalendar({
  name: 'nextOpen',
  summary: 'The date-time itself if it lies in the service hours of a calendar, else when these begin next.',
  example: { text: 'nextOpen("2026-07-03T18:00:00Z", "england")', gives: '2026-07-06T09:00:00+01:00' },
  parameters: [{ name: 'at', kind: 'string' }],
  returns: { kind: 'string', format: 'date-time' },
  with: (calendar, at: string) => textOf(openFrom(calendar, instantOf(at)), calendar.zone),
});

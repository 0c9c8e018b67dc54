/** The date-time at which a calendar has been open for so long, such as 90m or 4h. */
import { parseDuration } from '../../contracts/duration.ts';
import { instantOf, textOf } from '../dates/instants.ts';
import { afterOpen } from '../dates/service-hours.ts';
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';
import { byCalendar } from './by-calendar.ts';

export const addServiceTime: ExpressionFunction = byCalendar({
  name: 'addServiceTime',
  summary: 'The date-time at which a calendar has been open for so long, such as 90m or 4h.',
  example: { text: 'addServiceTime("2026-07-03T15:00:00Z", "4h", "england")', gives: '2026-07-06T12:00:00+01:00' },
  parameters: [
    { name: 'at', kind: 'string' },
    { name: 'duration', kind: 'string' },
  ],
  returns: { kind: 'string', format: 'date-time' },
  with: (calendar, at: string, duration: string) => {
    const ms = parseDuration(duration) ?? fail(`${JSON.stringify(duration)} is not a duration such as 90m or 4h`);
    return textOf(afterOpen(calendar, instantOf(at), ms / 1000), calendar.zone);
  },
});

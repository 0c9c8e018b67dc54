/** England's holidays around Christmas 2026 and in spring 2026, open from nine to five. */
import type { Calendar, Calendars } from '../../../runtime/contracts/calendar.ts';
import { dayOf } from '../../../runtime/expressions/dates/days.ts';

const days = ['2026-04-03', '2026-04-06', '2026-05-04', '2026-05-25', '2026-08-31', '2026-12-25', '2026-12-28'];

export const england: Calendar = {
  name: 'england',
  zone: 'Europe/London',
  week: new Set([1, 2, 3, 4, 5]),
  holidays: new Set(days.map(dayOf)),
  hours: { from: 9 * 3600, to: 17 * 3600 },
};

export const calendars: Calendars = new Map([['england', england]]);

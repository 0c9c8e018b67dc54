/** Working days by a calendar. Days are days since 1970-01-01. */
import type { Calendar } from '../../contracts/calendar.ts';
import { fail } from '../failure.ts';
import { weekdayOf } from './civil.ts';

/** Further than this is no answer that anybody wants. */
const LONGEST = 100_000;

export const isWorked = ({ week, holidays }: Calendar, day: number): boolean =>
  week.has(weekdayOf(day)) && !holidays.has(day);

/** So many working days after a day, before it if negative; none: the day itself or the next one that is worked. */
export function workingDay(calendar: Calendar, day: number, count: number): number {
  if (Math.abs(count) > LONGEST) fail(`${count} working days are too many`);
  const step = count < 0 ? -1 : 1;
  let found = day;
  if (count === 0) {
    while (!isWorked(calendar, found)) found = next(found, step, day);
    return found;
  }
  for (let left = Math.abs(count); left > 0; ) {
    found = next(found, step, day);
    if (isWorked(calendar, found)) left -= 1;
  }
  return found;
}

/** A calendar may have a year of holidays. */
function next(day: number, step: number, from: number): number {
  if (Math.abs(day - from) > 20 * LONGEST) fail('the calendar has no such working day');
  return day + step;
}

/** Working days after `from` up to and with `to`; negative where `to` is earlier. */
export function workingDaysFrom(calendar: Calendar, from: number, to: number): number {
  if (to < from) return -workingDaysFrom(calendar, to, from);
  if (to - from > 20 * LONGEST) fail('the dates lie too far apart');
  let count = 0;
  for (let day = from + 1; day <= to; day += 1) if (isWorked(calendar, day)) count += 1;
  return count;
}

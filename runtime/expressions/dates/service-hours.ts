/**
 * Service hours by a calendar, on the wall clock of its zone. Clock changes: where the clock is put forward over the opening
 * or closing time, that time is read by the clock before the change; where it comes twice, the first counts.
 */
import type { Calendar } from '../../contracts/calendar.ts';
import { workingDay } from './working-days.ts';
import { offsetAt, offsetOfWall } from './zone.ts';

const DAY = 86_400;

/** Seconds since 1970 UTC at which the zone's clocks show so many seconds of a day. */
export function instantOn({ zone }: Pick<Calendar, 'zone'>, day: number, seconds: number): number {
  const wall = day * DAY + seconds;
  return wall - offsetOfWall(zone, wall);
}

export const dayAt = ({ zone }: Pick<Calendar, 'zone'>, instant: number): number =>
  Math.floor((instant + offsetAt(zone, instant)) / DAY);

/** The first instant from this one on at which it is open. Hours may end on the next day: beyond 24 hours. */
export function openFrom(calendar: Calendar, instant: number): number {
  const isOverNight = calendar.hours.to > DAY;
  const first = dayAt(calendar, instant) - (isOverNight ? 1 : 0);
  for (let day = workingDay(calendar, first, 0); ; day = workingDay(calendar, day, 1)) {
    const opens = instantOn(calendar, day, calendar.hours.from);
    const closes = instantOn(calendar, day, calendar.hours.to);
    if (instant < opens) return opens;
    if (instant < closes) return instant;
  }
}

/** The instant at which it has been open for so many seconds. */
export function afterOpen(calendar: Calendar, instant: number, seconds: number): number {
  let [at, left] = [openFrom(calendar, instant), seconds];
  for (;;) {
    const closes = instantOn(calendar, dayAt(calendar, at), calendar.hours.to);
    if (left <= closes - at) return at + left;
    left -= closes - at;
    at = openFrom(calendar, closes);
  }
}

/** So many working days later, at the same time of the wall clock; on the next working day where there are none. */
export function workingDaysLater(calendar: Calendar, instant: number, count: number): number {
  const wall = instant + offsetAt(calendar.zone, instant);
  const day = Math.floor(wall / DAY);
  return instantOn(calendar, workingDay(calendar, day, count), wall - day * DAY);
}

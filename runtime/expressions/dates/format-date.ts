/**
 * A date or date-time in words of a pattern, as a zone's clocks show it. A date without a time, or a time without an
 * offset, is taken as it stands.
 */
import { daysOf, weekdayOf } from './civil.ts';
import { type Moment, momentFrom, offsetText, readIso, two, wallSeconds } from './moment.ts';
import { MONTHS, type PatternPart, WEEKDAYS } from './pattern.ts';
import { offsetAt, offsetOfWall } from './zone.ts';

export function formatDate(text: string, zone: string, pattern: readonly PatternPart[]): string {
  const moment = inZone(readIso(text), zone);
  let result = '';
  for (const part of pattern) result += 'text' in part ? part.text : WRITERS[part.field]!(moment);
  return result;
}

function inZone(moment: Moment, zone: string): Moment {
  if (!moment.hasTime || moment.offset === undefined)
    return { ...moment, offset: offsetOfWall(zone, wallSeconds(moment)) };
  const instant = wallSeconds(moment) - moment.offset;
  const offset = offsetAt(zone, instant);
  return offset === moment.offset ? moment : momentFrom(instant + offset, moment.millisecond, offset);
}

const twelve = (hour: number) => hour % 12 || 12;
const digits = (value: number, count: number) => String(value).padStart(count, '0');
const weekday = (moment: Moment) => WEEKDAYS[weekdayOf(daysOf(moment))]!;

const WRITERS: Readonly<Record<string, (moment: Moment) => string>> = {
  yyyy: ({ year }) => digits(year, 4),
  yy: ({ year }) => two(year % 100),
  MMMM: ({ month }) => MONTHS[month - 1]!,
  MMM: ({ month }) => MONTHS[month - 1]!.slice(0, 3),
  MM: ({ month }) => two(month),
  M: ({ month }) => String(month),
  dd: ({ day }) => two(day),
  d: ({ day }) => String(day),
  EEEE: weekday,
  EEE: (moment) => weekday(moment).slice(0, 3),
  HH: ({ hour }) => two(hour),
  H: ({ hour }) => String(hour),
  hh: ({ hour }) => two(twelve(hour)),
  h: ({ hour }) => String(twelve(hour)),
  mm: ({ minute }) => two(minute),
  m: ({ minute }) => String(minute),
  ss: ({ second }) => two(second),
  s: ({ second }) => String(second),
  SSS: ({ millisecond }) => digits(millisecond, 3),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  XXX: ({ offset = 0 }) => offsetText(offset, 'Z'),
};

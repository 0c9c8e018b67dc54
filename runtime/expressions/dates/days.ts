/** Whole days between and after dates, by the date that the text shows; times and offsets stay as they are. */
import { fail } from '../failure.ts';
import { dayFrom, daysOf, isDay } from './civil.ts';
import { readIso, two } from './moment.ts';

const LONGEST = 4_000_000;

export function addDaysTo(date: string, days: number): string {
  const moment = readIso(date);
  if (Math.abs(days) > LONGEST) fail(`${days} days are too many`);
  const day = dayFrom(daysOf(moment) + days);
  if (!isDay(day)) fail('the result is not a date from year 1 to 9999');
  return `${String(day.year).padStart(4, '0')}-${two(day.month)}-${two(day.day)}${date.slice(10)}`;
}

export const dayOf = (date: string) => daysOf(readIso(date));

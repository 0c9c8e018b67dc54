/** Months and years between and after dates, by the date that the text shows; times and offsets stay as they are. */
import { fail } from '../failure.ts';
import { readIso, two } from './moment.ts';

const LONGEST = 120_000;

export function addMonthsTo(date: string, months: number): string {
  const moment = readIso(date);
  if (Math.abs(months) > LONGEST) fail(`${months} months are too many`);
  const count = moment.year * 12 + moment.month - 1 + months;
  const [year, month] = [Math.floor(count / 12), (count % 12) + 1];
  if (year < 1 || year > 9999) fail('the result is not a date from year 1 to 9999');
  const day = Math.min(moment.day, daysIn(year, month));
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}${date.slice(10)}`;
}

export function endOfMonthOf(date: string): string {
  const { year, month } = readIso(date);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(daysIn(year, month))}`;
}

const daysIn = (year: number, month: number) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

/** Negative, where `to` is earlier. Who is born on 29 February is a year older on 1 March. */
export function yearsFrom(from: string, to: string): number {
  const [a, b] = [dayNumber(from), dayNumber(to)];
  return a <= b ? wholeYears(a, b) : 0 - wholeYears(b, a);
}

/** yyyymmdd */
function dayNumber(date: string): number {
  const { year, month, day } = readIso(date);
  return year * 10_000 + month * 100 + day;
}

const wholeYears = (a: number, b: number) => Math.floor((b - a) / 10_000);

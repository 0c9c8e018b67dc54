/**
 * A text in a pattern to ISO: a date where the pattern has no time, else a date-time with the offset that the text or the
 * zone says (none, where neither does). Two digits of a year are 1950 to 2049.
 */
import { fail } from '../failure.ts';
import { checked, type Moment, offsetText, two, wallSeconds } from './moment.ts';
import { MONTHS, type PatternPart, WEEKDAYS } from './pattern.ts';
import { offsetOfWall } from './zone.ts';

export function readDate(text: string, pattern: readonly PatternPart[], zone: string | undefined): string {
  const found: Found = {};
  let at = 0;
  for (const part of pattern)
    at += 'text' in part ? readText(text, at, part.text) : readField(text, at, part.field, found);
  if (at !== text.length) fail(`${JSON.stringify(text)} goes on after the end of the date pattern`);
  return write(checked(text, momentOf(text, found)), zone);
}

interface Found {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  half?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  offset?: number;
}

function readText(text: string, at: number, wanted: string): number {
  return text.startsWith(wanted, at) ? wanted.length : mismatched(text, at, JSON.stringify(wanted));
}

const mismatched = (text: string, at: number, wanted: string): never =>
  fail(`${JSON.stringify(text)} does not fit the date pattern: ${wanted} is wanted at character ${at + 1}`);

const digitsOf = (least: number, most: number) => new RegExp(`\\d{${least},${most}}`, 'y');
const nameOf = (names: readonly string[]) => new RegExp(names.join('|'), 'iy');
const short = (names: readonly string[]) => names.map((name) => name.slice(0, 3));
const place = (names: readonly string[], name: string) =>
  names.findIndex((entry) => entry.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase());

type Reader = readonly [form: RegExp, take: (found: Found, text: string) => void];

const TWO = digitsOf(2, 2);
const ONE_OR_TWO = digitsOf(1, 2);
const month: Reader[1] = (found, text) => (found.month = Number(text));
const named: Reader[1] = (found, text) => (found.month = place(MONTHS, text) + 1);
const day: Reader[1] = (found, text) => (found.day = Number(text));
const hour: Reader[1] = (found, text) => (found.hour = Number(text));
const minute: Reader[1] = (found, text) => (found.minute = Number(text));
const second: Reader[1] = (found, text) => (found.second = Number(text));
const ignored: Reader[1] = () => undefined;

const READERS: Readonly<Record<string, Reader>> = {
  yyyy: [digitsOf(4, 4), (found, text) => (found.year = Number(text))],
  yy: [TWO, (found, text) => (found.year = Number(text) + (Number(text) < 50 ? 2000 : 1900))],
  MMMM: [nameOf(MONTHS), named],
  MMM: [nameOf(short(MONTHS)), named],
  MM: [TWO, month],
  M: [ONE_OR_TWO, month],
  dd: [TWO, day],
  d: [ONE_OR_TWO, day],
  EEEE: [nameOf(WEEKDAYS), ignored],
  EEE: [nameOf(short(WEEKDAYS)), ignored],
  HH: [TWO, hour],
  H: [ONE_OR_TWO, hour],
  hh: [TWO, hour],
  h: [ONE_OR_TWO, hour],
  mm: [TWO, minute],
  m: [ONE_OR_TWO, minute],
  ss: [TWO, second],
  s: [ONE_OR_TWO, second],
  SSS: [digitsOf(3, 3), (found, text) => (found.millisecond = Number(text))],
  a: [/AM|PM/iy, (found, text) => (found.half = text.toUpperCase() === 'PM' ? 12 : 0)],
  XXX: [/Z|[+-]\d\d:\d\d/y, (found, text) => (found.offset = offsetFrom(text))],
};

function offsetFrom(text: string): number {
  if (text === 'Z') return 0;
  const seconds = Number(text.slice(1, 3)) * 3600 + Number(text.slice(4)) * 60;
  return text[0] === '-' ? -seconds : seconds;
}

function readField(text: string, at: number, field: string, found: Found): number {
  const [form, take] = READERS[field]!;
  form.lastIndex = at;
  const match = form.exec(text);
  if (!match) return mismatched(text, at, field);
  take(found, match[0]);
  return match[0].length;
}

function momentOf(text: string, found: Found): Moment {
  const { year, month: inYear, day: inMonth, half } = found;
  if (year === undefined || inYear === undefined || inMonth === undefined)
    return fail('a date pattern needs a year, a month and a day');
  if (half !== undefined && (found.hour ?? 0) > 12) fail(`${JSON.stringify(text)} is not a time of the clock`);
  const ofDay = half === undefined ? found.hour : ((found.hour ?? 0) % 12) + half;
  return {
    year,
    month: inYear,
    day: inMonth,
    hour: ofDay ?? 0,
    minute: found.minute ?? 0,
    second: found.second ?? 0,
    millisecond: found.millisecond ?? 0,
    offset: found.offset,
    hasTime: ofDay !== undefined || found.minute !== undefined,
  };
}

function write(moment: Moment, zone: string | undefined): string {
  const date = `${String(moment.year).padStart(4, '0')}-${two(moment.month)}-${two(moment.day)}`;
  if (!moment.hasTime) return date;
  const offset = moment.offset ?? (zone === undefined ? undefined : offsetOfWall(zone, wallSeconds(moment)));
  const fraction = moment.millisecond === 0 ? '' : `.${String(moment.millisecond).padStart(3, '0')}`;
  const time = `${two(moment.hour)}:${two(moment.minute)}:${two(moment.second)}${fraction}`;
  return `${date}T${time}${offset === undefined ? '' : offsetText(offset, 'Z')}`;
}

/** A date or date-time as it stands in a text: ISO 8601 as JSON Schema and XML Schema write it. */
import { fail } from '../failure.ts';
import { type Day, dayFrom, daysOf, isDay } from './civil.ts';

export interface Moment extends Day {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Seconds east of UTC; undefined where the text does not say. */
  readonly offset: number | undefined;
  readonly hasTime: boolean;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(?:[Zz]|([+-])(\d\d):?(\d\d))?$/;

/** Fails with the reason when the text is no date. */
export function readIso(text: string): Moment {
  const match = ISO.exec(text);
  if (!match) return fail(`${JSON.stringify(text)} is not an ISO date such as 2026-07-01 or 2026-07-01T08:30:00Z`);
  const number = (index: number) => Number(match[index] ?? 0);
  const utc = /[Zz]$/.test(text);
  const seconds = (number(9) * 60 + number(10)) * 60;
  return checked(text, {
    year: number(1),
    month: number(2),
    day: number(3),
    hour: number(4),
    minute: number(5),
    second: number(6),
    millisecond: Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)),
    offset: utc ? 0 : match[8] === undefined ? undefined : match[8] === '-' ? -seconds : seconds,
    hasTime: match[4] !== undefined,
  });
}

export function checked(text: string, moment: Moment): Moment {
  const { hour, minute, second } = moment;
  if (isDay(moment) && hour < 24 && minute < 60 && second < 61) return moment;
  return fail(`${JSON.stringify(text)} is not a date of the calendar`);
}

/** Seconds since 1970-01-01T00:00 on the moment's own wall clock. */
export function wallSeconds(moment: Moment): number {
  return daysOf(moment) * 86_400 + (moment.hour * 60 + moment.minute) * 60 + moment.second;
}

/** The moment at which a wall clock that stands `offset` seconds east of UTC shows `seconds`. */
export function momentFrom(seconds: number, millisecond: number, offset: number | undefined): Moment {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor(rest / 60) % 60;
  return { ...dayFrom(days), hour, minute, second: rest % 60, millisecond, offset, hasTime: true };
}

export function offsetText(offset: number, utc: string): string {
  if (offset === 0) return utc;
  const minutes = Math.floor(Math.abs(offset) / 60);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export const two = (value: number) => (value < 10 ? `0${value}` : String(value));

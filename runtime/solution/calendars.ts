/** config/calendars/*.calendar.yaml, and the bank holidays that they take from files. */
import type { Calendar, Calendars } from '../contracts/calendar.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Path } from '../contracts/source.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { finding } from '../errors/finding.ts';
import { daysOf, isDay } from '../expressions/dates/civil.ts';
import { isZone } from '../expressions/dates/zone.ts';
import type { SolutionFiles } from './find.ts';
import { calendar as kind, WEEKDAYS } from './kinds/calendar.ts';
import { type Loaded, type LoadedFile, ofKind } from './load.ts';
import { at, isPlain, textOf } from './plain.ts';

export interface ReadCalendars {
  readonly calendars: Calendars;
  readonly findings: readonly Finding[];
}

/** Of GOV.UK: bank-holidays.json. Only what is read of it. */
type BankHolidays = Readonly<Record<string, { readonly events?: readonly { readonly date?: unknown }[] }>>;

export function readCalendars(files: SolutionFiles, loaded: Loaded): ReadCalendars {
  const findings: Finding[] = [];
  const calendars = ofKind(loaded, kind)
    .filter(({ source }) => isPlain(source.value))
    .map((file): [string, Calendar] => [file.name, calendarOf(file, files, findings)]);
  return { calendars: new Map(calendars.toReversed()), findings };
}

function calendarOf({ name, source }: LoadedFile, files: SolutionFiles, findings: Finding[]): Calendar {
  const complain = (path: Path, reason: string, known: readonly string[] = [], named = '') =>
    void findings.push(
      finding(
        'CALENDAR_INVALID',
        source.locate(path),
        { reason },
        known.length > 0 ? { unknown: { name: named, known } } : {},
      ),
    );
  const { value } = source;
  const zone = textOf(at(value, ['zone'])) ?? 'Europe/London';
  if (!isZone(zone)) complain(['zone'], `There is no time zone "${zone}"`);
  const written = at(value, ['week']);
  const week = new Set((Array.isArray(written) ? written : WEEKDAYS.slice(1, 6)).map((day) => WEEKDAYS.indexOf(day)));
  week.delete(-1);
  const hours = {
    from: secondsOf(at(value, ['hours', 'from'])) ?? 0,
    to: secondsOf(at(value, ['hours', 'to'])) ?? 86_400,
  };
  if (hours.from >= hours.to || hours.to > 86_400) complain(['hours'], 'It closes before it opens');
  const known = isZone(zone) ? zone : 'UTC';
  const holidays = new Set(holidaysOf(at(value, ['holidays']), files, complain));
  return { name, zone: known, week: week.size > 0 ? week : new Set([1]), holidays, hours };
}

/**
 * Of hours and days that stand by themselves: no day is a holiday. Hours that end before they begin end on the next day, which
 * need not be one of the days.
 */
export function windowOf(written: Readonly<Record<string, unknown>>): Calendar {
  const zone = textOf(written['zone']) ?? 'Europe/London';
  const days = Array.isArray(written['days']) ? (written['days'] as unknown[]) : WEEKDAYS;
  const week = new Set(days.map((day) => WEEKDAYS.indexOf(day as (typeof WEEKDAYS)[number])));
  const from = secondsOf(written['from']) ?? 0;
  const to = secondsOf(written['to']) ?? DAY;
  return { name: '', zone, week, holidays: new Set(), hours: { from, to: to < from ? to + DAY : to } };
}

/** What is wrong with a window; undefined when nothing is. */
export function windowProblem(written: Readonly<Record<string, unknown>>): string | undefined {
  const { zone, hours } = windowOf(written);
  if (!isZone(zone)) return `There is no time zone "${zone}"`;
  if ((secondsOf(written['to']) ?? DAY) > DAY || hours.from >= DAY) return 'A day ends at 24:00';
  return hours.from === hours.to ? 'It closes as soon as it opens' : undefined;
}

const DAY = 86_400;

type Complain = (path: Path, reason: string, known?: readonly string[], named?: string) => void;

function holidaysOf(written: unknown, files: SolutionFiles, complain: Complain): number[] {
  if (Array.isArray(written)) return datesOf(written, ['holidays'], complain);
  const file = textOf(at(written, ['file']));
  if (file === undefined) return [];
  const also = at(written, ['also']);
  const more = Array.isArray(also) ? datesOf(also, ['holidays', 'also'], complain) : [];
  return [...ofFile(file, textOf(at(written, ['division'])) ?? 'england-and-wales', files, complain), ...more];
}

function ofFile(file: string, division: string, files: SolutionFiles, complain: Complain): number[] {
  const text = files.get(file);
  const path = ['holidays', 'file'];
  if (text === undefined) {
    complain(
      path,
      `There is no file ${file}`,
      [...files.keys()].filter((each) => each.endsWith('.json')),
      file,
    );
    return [];
  }
  const read = parsed(text);
  if (typeof read === 'string') {
    complain(path, `${file} is no JSON: ${read}`);
    return [];
  }
  const events = Object.hasOwn(read, division) ? read[division]?.events : undefined;
  if (!Array.isArray(events)) {
    complain(['holidays', 'division'], `${file} has no division "${division}"`, Object.keys(read), division);
    return [];
  }
  return datesOf(
    events.map((event) => (event as { date?: unknown } | null)?.date),
    path,
    complain,
  );
}

function parsed(text: string): BankHolidays | string {
  try {
    const value: unknown = JSON.parse(text);
    return isPlain(value) ? (value as BankHolidays) : 'it is no object';
  } catch (thrown) {
    return reasonOf(thrown);
  }
}

function datesOf(dates: readonly unknown[], path: Path, complain: Complain): number[] {
  return dates.flatMap((date) => {
    const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(String(date));
    const day = { year: Number(match?.[1]), month: Number(match?.[2]), day: Number(match?.[3]) };
    if (match && isDay(day)) return [daysOf(day)];
    complain(path, `"${String(date)}" is no date such as 2026-12-25`);
    return [];
  });
}

/** Of a time of day such as 06:30. */
export function secondsOf(time: unknown): number | undefined {
  const match = /^(\d\d):(\d\d)$/.exec(String(time));
  return match ? (Number(match[1]) * 60 + Number(match[2])) * 60 : undefined;
}

/** Calendars as they are written: holidays from GOV.UK's file, and what is wrong at its place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayOf } from '../../../runtime/expressions/dates/days.ts';
import { isWorked } from '../../../runtime/expressions/dates/working-days.ts';
import { readCalendars } from '../../../runtime/solution/calendars.ts';
import { loadSolution } from '../../../runtime/solution/load.ts';

const HOLIDAYS = JSON.stringify({
  'england-and-wales': {
    division: 'england-and-wales',
    events: [{ title: 'Christmas Day', date: '2026-12-25', notes: '', bunting: true }],
  },
  scotland: {
    division: 'scotland',
    events: [{ title: 'St Andrew’s Day', date: '2026-11-30', notes: '', bunting: true }],
  },
});

function read(
  text: string,
  more: Readonly<Record<string, string>> = { 'config/calendars/bank-holidays.json': HOLIDAYS },
) {
  const files = new Map(
    Object.entries({ 'config/bus.yaml': 'bus: b\n', 'config/calendars/c.calendar.yaml': text, ...more }),
  );
  const loaded = loadSolution(files);
  const { calendars, findings } = readCalendars(files, loaded);
  const all = [...loaded.findings.filter(({ at }) => at.file.includes('calendars')), ...findings];
  return {
    calendar: calendars.get('c')!,
    findings: all.map(({ code, at, suggestion }) => `${at.line}:${at.column} ${code} ${suggestion ?? ''}`.trim()),
  };
}

const worked = (text: string, date: string) => isWorked(read(text).calendar, dayOf(date));

test('defaults are a working week in London', () => {
  const { calendar, findings } = read('calendar: c\n');
  expect(findings).toEqual([]);
  expect(calendar).toMatchObject({ zone: 'Europe/London', hours: { from: 0, to: 86_400 } });
  expect([isWorked(calendar, dayOf('2026-11-27')), isWorked(calendar, dayOf('2026-11-28'))]).toEqual([true, false]);
});

test('holidays of a division, and more days', () => {
  const text =
    'calendar: c\nholidays: { file: config/calendars/bank-holidays.json, division: scotland, also: [2026-12-24] }\n';
  expect(read(text).findings).toEqual([]);
  expect(['2026-11-30', '2026-12-24', '2026-12-25'].map((date) => worked(text, date))).toEqual([false, false, true]);
});

test.each([
  ['zone: Europe/Lundon\n', ['2:7 CALENDAR_INVALID']],
  ['hours: { from: "17:00", to: "09:00" }\n', ['2:8 CALENDAR_INVALID']],
  [
    'holidays: { file: config/calendars/bank-holiday.json }\n',
    ['2:19 CALENDAR_INVALID config/calendars/bank-holidays.json'],
  ],
  ['holidays: { file: config/calendars/bank-holidays.json, division: scotlnd }\n', ['2:66 CALENDAR_INVALID scotland']],
])('%s', (text, expected) => {
  expect(read(`calendar: c\n${text}`).findings).toEqual(expected);
});

test('a file that is no JSON', () => {
  const text = 'calendar: c\nholidays: { file: config/calendars/bank-holidays.json }\n';
  expect(read(text, { 'config/calendars/bank-holidays.json': '{' }).findings).toEqual(['2:19 CALENDAR_INVALID']);
  expect(
    read(text, { 'config/calendars/bank-holidays.json': '{"england-and-wales":{"events":[{"date":"x"}]}}' }).findings,
  ).toEqual(['2:19 CALENDAR_INVALID']);
});

describe('the file that the reference solution brings', () => {
  const path = 'config/calendars/bank-holidays.json';
  const files = { [path]: readFileSync(join(import.meta.dirname, '../../..', path), 'utf8') };

  test.each([
    ['england-and-wales', ['2026-04-06', '2026-08-31', '2027-12-27'], ['2026-01-02', '2026-03-17', '2026-11-30']],
    ['scotland', ['2026-01-02', '2026-08-03', '2026-11-30', '2028-01-04'], ['2026-04-06', '2026-08-31']],
    ['northern-ireland', ['2026-03-17', '2026-04-06', '2026-07-13', '2026-08-31'], ['2026-01-02', '2026-11-30']],
  ])('the holidays of %s', (division, holidays, others) => {
    const { calendar, findings } = read(`calendar: c\nholidays: { file: ${path}, division: ${division} }\n`, files);
    expect(findings).toEqual([]);
    expect(holidays.filter((date) => isWorked(calendar, dayOf(date)))).toEqual([]);
    expect(others.filter((date) => isWorked(calendar, dayOf(date)))).toEqual(others);
  });
});

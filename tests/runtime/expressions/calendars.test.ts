/** Working days and service hours: clock changes, holidays, month ends, and laws that hold for all days. */
import { compileExpression } from '../../../runtime/expressions/compile.ts';
import { dayOf } from '../../../runtime/expressions/dates/days.ts';
import { afterOpen, openFrom } from '../../../runtime/expressions/dates/service-hours.ts';
import { isWorked, workingDay, workingDaysFrom } from '../../../runtime/expressions/dates/working-days.ts';
import { fc } from '../../properties.ts';
import { calendars, england } from './england.ts';

const lookups = Object.assign(new Map<string, ReadonlyMap<string, string>>(), { calendars });
const compiled = (text: string) => compileExpression(text, new Map(), { lookups });
const evaluated = (text: string) => compiled(text).expression!.evaluate({});

test.each([
  ['addWorkingDays("2026-04-02", 1, "england")', '2026-04-07'],
  ['addWorkingDays("2026-04-07", -1, "england")', '2026-04-02'],
  ['addWorkingDays("2026-04-04", 0, "england")', '2026-04-07'],
  ['addWorkingDays("2026-04-02T23:30:00+01:00", 5, "england")', '2026-04-13T23:30:00+01:00'],
  ['workingDaysBetween("2026-04-07", "2026-04-02", "england")', -1],
  ['workingDaysBetween("2026-04-03", "2026-04-06", "england")', 0],
  ['lastWorkingDay("2026-08-02", "england")', '2026-08-28'],
  ['endOfMonth("2026-02-10T10:00:00Z")', '2026-02-28'],
  ['isOpen("2026-07-01T08:00:00Z", "england")', true],
  ['isOpen("2026-07-01T16:00:00Z", "england")', false],
  ['isOpen("2026-12-28T12:00:00Z", "england")', false],
  // The clock goes forward on 29 March, back on 25 October.
  ['nextOpen("2026-03-27T18:00:00Z", "england")', '2026-03-30T09:00:00+01:00'],
  ['nextOpen("2026-10-23T18:00:00+01:00", "england")', '2026-10-26T09:00:00Z'],
  ['addServiceTime("2026-03-27T16:00:00Z", "2h", "england")', '2026-03-30T10:00:00+01:00'],
  ['addServiceTime("2026-12-24T16:00:00Z", "9h", "england")', '2026-12-29T17:00:00Z'],
  ['addServiceTime("2026-12-24T18:00:00Z", "0s", "england")', '2026-12-29T09:00:00Z'],
])('%s', (text, expected) => {
  expect(evaluated(text)).toBe(expected);
});

test.each([
  ['isWorkingDay("2026-12-28", "englnd")', 'There is no calendar "englnd".', 'england'],
  ['isWorkingDay("2026-12-28", "a" + "b")', 'The calendar must be written as a text.', undefined],
])('%s is refused', (text, message, suggestion) => {
  const [problem] = compiled(text).problems;
  expect([problem!.message.replace(/\.?$/, '.'), problem!.suggestion]).toEqual([message, suggestion]);
});

test.each([
  'isOpen("2026-07-01", "england")',
  'isOpen("2026-07-01T08:00:00", "england")',
  'addServiceTime("2026-07-01T08:00:00Z", "4", "england")',
  'addWorkingDays("2026-07-01", 200000, "england")',
])('%s fails', (text) => {
  expect(() => evaluated(text)).toThrow(/EXPRESSION_FAILED|failed/);
});

test('a calendar whose every day is a holiday gives an error, not a hang', () => {
  const never = { ...england, week: new Set([1]), holidays: { has: () => true } as unknown as ReadonlySet<number> };
  expect(() => workingDay(never, 0, 1)).toThrow();
});

const day = fc.integer({ min: dayOf('2025-01-01'), max: dayOf('2028-12-31') });

test('so many working days later are so many working days away, and a day that is worked', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 300 }), (from, count) => {
      const later = workingDay(england, from, count);
      expect(isWorked(england, later)).toBe(true);
      expect(workingDaysFrom(england, from, later)).toBe(count);
      if (isWorked(england, from)) expect(workingDay(england, later, -count)).toBe(from);
    }),
  );
});

test('time of service adds up, and ends when it is open or closing', () => {
  const seconds = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(day, fc.nat(86_399), seconds, seconds, (date, time, one, two) => {
      const instant = date * 86_400 + time;
      const both = afterOpen(england, instant, one + two);
      expect(afterOpen(england, afterOpen(england, instant, one), two)).toBe(both);
      expect(openFrom(england, both - 1)).toBe(one + two === 0 ? openFrom(england, both - 1) : both - 1);
    }),
  );
});

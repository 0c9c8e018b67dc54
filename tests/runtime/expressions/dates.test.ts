import { dayFrom, daysOf, isDay, weekdayOf } from '../../../runtime/expressions/dates/civil.ts';
import { formatDate } from '../../../runtime/expressions/dates/format-date.ts';
import { datePattern } from '../../../runtime/expressions/dates/pattern.ts';
import { readDate } from '../../../runtime/expressions/dates/read-date.ts';
import { fc } from '../../properties.ts';

const format = (text: string, pattern: string, zone = 'Europe/London') => formatDate(text, zone, datePattern(pattern));
const read = (text: string, pattern: string, zone?: string) => readDate(text, datePattern(pattern), zone);

const ISO = "yyyy-MM-dd'T'HH:mm:ssXXX";

describe('formatting', () => {
  test.each([
    ['2026-07-01T08:30:00Z', "yyyy-MM-dd'T'HH:mm:ss", '2026-07-01T09:30:00'],
    ['2026-01-01T08:30:00Z', "yyyy-MM-dd'T'HH:mm:ss", '2026-01-01T08:30:00'],
    ['2026-07-01T08:30:00+05:30', 'HH:mm XXX', '04:00 +01:00'],
    ['2026-03-29T00:59:59Z', 'HH:mm:ss', '00:59:59'],
    ['2026-03-29T01:00:00Z', 'HH:mm:ss', '02:00:00'],
    ['2026-10-25T00:59:59Z', ISO, '2026-10-25T01:59:59+01:00'],
    ['2026-10-25T01:00:00Z', ISO, '2026-10-25T01:00:00Z'],
    ['2026-06-30T23:30:00Z', 'dd/MM/yyyy', '01/07/2026'],
    ['2026-07-01', 'dd/MM/yyyy HH:mm', '01/07/2026 00:00'],
    ['2026-07-01T10:00:00', 'HH:mm', '10:00'],
    ['2026-07-05T13:05:09.042Z', "EEEE d MMMM yy, h:m:s.SSS a 'o''clock'", "Sunday 5 July 26, 2:5:9.042 PM o'clock"],
    ['0001-01-01T00:00:00', 'dd/MM/yyyy', '01/01/0001'],
    ['2026-07-01T00:15:00Z', 'hh a', '01 AM'],
  ])('%s as %s', (text, pattern, expected) => {
    expect(format(text, pattern)).toBe(expected);
  });

  test.each(['2026-13-01', '2026-02-30', '2026-07-01T25:00:00Z', '01/07/2026', '', '2026-7-1', 'T10:00'])(
    '%j is no date',
    (text) => {
      expect(() => format(text, 'yyyy')).toThrow(/is not/);
    },
  );
});

describe('reading', () => {
  test.each([
    ['01/07/2026', 'dd/MM/yyyy', undefined, '2026-07-01'],
    ['01/07/2026 09:30', 'dd/MM/yyyy HH:mm', 'Europe/London', '2026-07-01T09:30:00+01:00'],
    ['01/01/2026 09:30', 'dd/MM/yyyy HH:mm', 'Europe/London', '2026-01-01T09:30:00Z'],
    ['01/07/2026 09:30', 'dd/MM/yyyy HH:mm', undefined, '2026-07-01T09:30:00'],
    ['1 Jul 49', 'd MMM yy', undefined, '2049-07-01'],
    ['1 july 1950', 'd MMMM yyyy', undefined, '1950-07-01'],
    ['20260701093000', 'yyyyMMddHHmmss', 'UTC', '2026-07-01T09:30:00Z'],
    ['2026-07-01 12:30 AM', 'yyyy-MM-dd hh:mm a', undefined, '2026-07-01T00:30:00'],
    ['2026-07-01T09:30:00.250+02:00', "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", undefined, '2026-07-01T09:30:00.250+02:00'],
    ['25/10/2026 01:30', 'dd/MM/yyyy HH:mm', 'Europe/London', '2026-10-25T01:30:00+01:00'],
    ['29/03/2026 01:30', 'dd/MM/yyyy HH:mm', 'Europe/London', '2026-03-29T01:30:00Z'],
  ])('%s by %s in %s', (text, pattern, zone, expected) => {
    expect(read(text, pattern, zone)).toBe(expected);
  });

  test.each([
    ['31/02/2026', 'dd/MM/yyyy', 'is not a date of the calendar'],
    ['1/7/2026', 'dd/MM/yyyy', 'dd is wanted at character 1'],
    ['01-07-2026', 'dd/MM/yyyy', '"/" is wanted at character 3'],
    ['01/07/2026x', 'dd/MM/yyyy', 'goes on after the end'],
    ['07/2026', 'MM/yyyy', 'needs a year, a month and a day'],
  ])('%s by %s fails', (text, pattern, reason) => {
    expect(() => read(text, pattern)).toThrow(reason);
  });
});

describe('there and back', () => {
  const start = Date.UTC(1972, 0, 1);
  const moments = fc.integer({ min: 0, max: 60 * 365 * 24 * 60 }).map((minutes) => start + minutes * 60_000);
  const aroundChanges = fc
    .tuple(
      fc.constantFrom(Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1), Date.UTC(1996, 2, 31, 1)),
      fc.integer({ min: -180, max: 180 }),
    )
    .map(([change, minutes]) => change + minutes * 60_000);

  test.each(['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'])(
    'every minute in %s',
    (zone) => {
      fc.assert(
        fc.property(fc.oneof(moments, aroundChanges), (instant) => {
          const written = format(new Date(instant).toISOString(), ISO, zone);
          expect(Date.parse(read(written, ISO))).toBe(instant);
        }),
        { numRuns: 300 },
      );
    },
  );

  test('a clock time without offset is read as one that shows it', () => {
    fc.assert(
      fc.property(fc.oneof(moments, aroundChanges), (instant) => {
        const shown = format(new Date(instant).toISOString(), 'dd/MM/yyyy HH:mm');
        const again = read(shown, 'dd/MM/yyyy HH:mm', 'Europe/London');
        expect(format(again, 'dd/MM/yyyy HH:mm')).toBe(shown);
        expect(Date.parse(again)).toBeLessThanOrEqual(instant);
      }),
    );
  });

  test('days are those of the calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (days) => {
        const day = dayFrom(days);
        expect(isDay(day)).toBe(true);
        expect(daysOf(day)).toBe(days);
        const iso = new Date(days * 86_400_000);
        expect([day.year, day.month, day.day]).toEqual([iso.getUTCFullYear(), iso.getUTCMonth() + 1, iso.getUTCDate()]);
        expect(weekdayOf(days)).toBe(iso.getUTCDay());
      }),
    );
  });
});

test.each([
  ['YYYY', 'write yyyy'],
  ['yyyy-MM-ddTHH', "write 'T' in quotes"],
  ["yyyy'", 'a quote of the date pattern is not closed'],
  ['dddd', '"dddd" is not a part'],
])('the pattern %s is refused', (pattern, reason) => {
  expect(() => datePattern(pattern)).toThrow(reason);
});

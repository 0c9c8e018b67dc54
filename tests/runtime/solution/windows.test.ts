/** Windows of ports by their hours: over midnight, over clock changes, by weekdays. */
import { openFrom } from '../../../runtime/expressions/dates/service-hours.ts';
import { windowOf, windowProblem } from '../../../runtime/solution/calendars.ts';

const opens = (written: Readonly<Record<string, unknown>>, at: string) =>
  new Date(openFrom(windowOf(written), Date.parse(at) / 1000) * 1000).toISOString();
const NIGHT = { from: '22:00', to: '06:00' };

test.each([
  ['in the evening', '2026-01-14T22:30:00Z', '2026-01-14T22:30:00.000Z'],
  ['after midnight', '2026-01-15T03:00:00Z', '2026-01-15T03:00:00.000Z'],
  ['when it closes', '2026-01-15T06:00:00Z', '2026-01-15T22:00:00.000Z'],
  ['by day', '2026-01-15T12:00:00Z', '2026-01-15T22:00:00.000Z'],
])('a window over midnight, %s', (_, at, expected) => expect(opens(NIGHT, at)).toBe(expected));

test('its days are those on which it begins', () => {
  const friday = { ...NIGHT, days: ['fri'] };
  expect(opens(friday, '2026-01-17T05:59:00Z')).toBe('2026-01-17T05:59:00.000Z');
  expect(opens(friday, '2026-01-17T06:00:00Z')).toBe('2026-01-23T22:00:00.000Z');
  expect(opens(friday, '2026-01-16T05:00:00Z')).toBe('2026-01-16T22:00:00.000Z');
});

test('the night of a clock change is longer or shorter by the clock of the zone', () => {
  expect(opens(NIGHT, '2026-03-29T04:59:00Z')).toBe('2026-03-29T04:59:00.000Z');
  expect(opens(NIGHT, '2026-03-29T05:00:00Z')).toBe('2026-03-29T21:00:00.000Z');
  expect(opens(NIGHT, '2026-10-25T05:59:00Z')).toBe('2026-10-25T05:59:00.000Z');
  expect(opens(NIGHT, '2026-10-25T06:00:00Z')).toBe('2026-10-25T22:00:00.000Z');
});

test('a window by day is as ever', () => {
  const day = { from: '07:00', to: '19:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], zone: 'Europe/London' };
  expect(opens(day, '2026-07-03T18:00:00Z')).toBe('2026-07-06T06:00:00.000Z');
  expect(opens({}, '2026-07-03T18:00:00Z')).toBe('2026-07-03T18:00:00.000Z');
});

test.each([
  [{ from: '22:00', to: '06:00' }, undefined],
  [{ from: '06:00', to: '06:00' }, expect.stringContaining('closes')],
  [{ from: '24:00', to: '06:00' }, expect.stringContaining('24:00')],
  [{ from: '06:00', to: '24:30' }, expect.stringContaining('24:00')],
  [{ zone: 'Europe/Londno' }, expect.stringContaining('time zone')],
])('%j: %s', (written, problem) => expect(windowProblem(written)).toEqual(problem));

/** The reports of the demo: as many of each kind as it says, and the same for the same seed. */
import { kinds, reportsOf } from './reports.ts';

test('the same seed makes the same reports, another makes others', () => {
  expect(reportsOf(7)).toEqual(reportsOf(7));
  expect(reportsOf(8)).not.toEqual(reportsOf(7));
});

test.each([1, 2, 3])('seed %i makes 200 reports, of each kind as many as it says', (seed) => {
  const reports = reportsOf(seed);
  expect(reports).toHaveLength(200);
  for (const [kind, count] of Object.entries(kinds)) {
    expect([kind, reports.filter((report) => report.kind === kind).length]).toEqual([kind, count]);
  }
  expect(new Set(reports.map(({ key }) => key)).size).toBe(200);
});

test('a report that is sent twice is sent again later, through the same channel, with the same words', () => {
  const reports = reportsOf(1);
  const again = reports.filter(({ kind }) => kind === 'duplicate');
  for (const second of again) {
    const first = reports.find(({ id }) => id === second.id)!;
    expect(first.kind).not.toBe('duplicate');
    expect([first.channel, first.body]).toEqual([second.channel, second.body]);
  }
});

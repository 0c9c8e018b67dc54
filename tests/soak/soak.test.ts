/** All transports in turn, under trouble for a short while; `npm run soak` does it for as long as told. */
import { fitLine, settled } from './flatness.ts';
import { runSoak } from './run-soak.ts';

test('what takes every transport arrives, once, whatever breaks on the way', async () => {
  const told: string[] = [];
  const result = await runSoak({ minutes: 0.7, seed: 11, rate: 6, tell: (line) => told.push(line) });
  expect({ told: result.problems.length > 0 ? told.join('\n') : '', problems: result.problems }).toEqual({
    told: '',
    problems: [],
  });
  expect(result).toMatchObject({ lost: 0, doubled: 0, suspended: 0, delivered: result.accepted });
  expect(result.accepted).toBeGreaterThan(50);
  expect(Object.keys(result.faults).length).toBeGreaterThan(3);
  expect(result.rssMb!.mean).toBeGreaterThan(50);
  expect(result.handles!.mean).toBeGreaterThan(10);
}, 300_000);

test('a line is fitted to what was measured after the first third', () => {
  const samples = Array.from({ length: 31 }, (_, index) => ({
    at: index * 1000,
    value: index < 10 ? index * 50 : 500 + index,
  }));
  expect(fitLine(settled(samples))).toEqual({ perHour: expect.closeTo(3600), rise: expect.closeTo(20), mean: 520 });
  expect(fitLine(samples.slice(0, 2))).toBeUndefined();
});

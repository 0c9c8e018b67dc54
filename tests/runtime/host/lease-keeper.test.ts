/** Leases are kept while work is under way, and are short enough for another to take over soon. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { createLeaseKeeper, type LeaseKeeper } from '../../../runtime/host/lease-keeper.ts';

const LEASE = 30_000;
let clock: ReturnType<typeof createSimulatedClock>;
let extended: { readonly at: number; readonly leases: readonly string[]; readonly until: number }[];
let failures: unknown[];
let broken: boolean;
let keeper: LeaseKeeper;

beforeEach(() => {
  clock = createSimulatedClock(0);
  extended = [];
  failures = [];
  broken = false;
  const extend = async (leases: readonly string[], until: number) => {
    if (broken) throw new Error('away');
    extended.push({ at: clock.now(), leases, until });
    return leases;
  };
  keeper = createLeaseKeeper({ box: { extend }, clock, lease: LEASE, onFailure: (thrown) => failures.push(thrown) });
});

test('what is settled soon is never renewed, and leaves no timer', async () => {
  keeper.add('d1:1');
  await clock.advance(4000);
  keeper.remove('d1:1');
  await clock.advance(100_000);
  expect(extended).toEqual([]);
});

test('what takes long is renewed three times in the life of a lease, together, until it ends', async () => {
  keeper.add('d1:1');
  await clock.advance(1000);
  keeper.add('d2:1');
  await clock.advance(29_500);
  expect(extended.map(({ at, leases }) => [at, leases])).toEqual([
    [10_000, ['d1:1', 'd2:1']],
    [20_000, ['d1:1', 'd2:1']],
    [30_000, ['d1:1', 'd2:1']],
  ]);
  expect(extended.every(({ at, until }) => until === at + LEASE)).toBe(true);
  keeper.remove('d1:1');
  await clock.advance(10_000);
  expect(extended.at(-1)!.leases).toEqual(['d2:1']);
});

test('what came just now waits for the next turn', async () => {
  keeper.add('d1:1');
  await clock.advance(8000);
  keeper.add('d2:1');
  await clock.advance(2000);
  expect(extended.at(-1)!.leases).toEqual(['d1:1']);
});

test('a failure is told and tried again', async () => {
  keeper.add('d1:1');
  broken = true;
  await clock.advance(10_000);
  broken = false;
  await clock.advance(10_000);
  expect(failures).toHaveLength(1);
  expect(extended.map(({ at }) => at)).toEqual([20_000]);
});

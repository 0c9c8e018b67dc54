/** Limits within one process, on a simulated clock: never more than allowed, in order, and nobody waits for ever. */

import { createSimulatedClock, type SimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { Limit, Permit } from '../../../runtime/contracts/limiter.ts';
import { createLocalLimiter, type LocalLimiter } from '../../../runtime/limits/local.ts';
import { fc } from '../../properties.ts';

const never = new AbortController().signal;

function open(): { clock: SimulatedClock; limiter: LocalLimiter } {
  const clock = createSimulatedClock(0);
  return { clock, limiter: createLocalLimiter(clock) };
}

/** Asks `count` times at once; gives the instants at which permits came, as they come. */
function askFor(count: number, limit: Limit, { clock, limiter }: ReturnType<typeof open>, name = 'port') {
  const at: number[] = [];
  const permits: Permit[] = [];
  for (let n = 0; n < count; n += 1) {
    void limiter.acquire(name, limit, never).then((permit) => {
      at.push(clock.now());
      permits.push(permit);
    });
  }
  return { at, permits };
}

test('a rate spreads sends evenly', async () => {
  const bus = open();
  const { at } = askFor(5, { perSecond: 5 }, bus);
  await bus.clock.advance(799);
  expect(at).toEqual([0, 200, 400, 600]);
  await bus.clock.advance(1);
  expect(at).toEqual([0, 200, 400, 600, 800]);
});

test('a rate below one a second is as good as any', async () => {
  const bus = open();
  const { at } = askFor(3, { perSecond: 0.5 }, bus);
  await bus.clock.advance(10_000);
  expect(at).toEqual([0, 2000, 4000]);
});

test('idle time is not saved up', async () => {
  const bus = open();
  askFor(1, { perSecond: 2 }, bus);
  await bus.clock.advance(3_600_000);
  const { at } = askFor(3, { perSecond: 2 }, bus);
  await bus.clock.advance(1000);
  expect(at).toEqual([3_600_000, 3_600_500, 3_601_000]);
});

test('no more are under way than allowed, and each that ends lets the next begin', async () => {
  const bus = open();
  const { at, permits } = askFor(4, { concurrent: 2 }, bus);
  await bus.clock.advance(60_000);
  expect(at).toHaveLength(2);
  permits[0]!.release();
  permits[0]!.release();
  await bus.clock.advance(0);
  expect(at).toHaveLength(3);
});

test('one name does not hold up another', async () => {
  const bus = open();
  askFor(5, { concurrent: 1 }, bus, 'slow');
  const { at } = askFor(1, { concurrent: 1 }, bus, 'other');
  await bus.clock.advance(0);
  expect(at).toEqual([0]);
});

test('who gives up makes way and takes nothing', async () => {
  const bus = open();
  const limit = { concurrent: 1, perSecond: 1 };
  const { permits } = askFor(1, limit, bus);
  await bus.clock.advance(0);
  const stopping = new AbortController();
  const given = bus.limiter.acquire('port', limit, stopping.signal);
  const { at } = askFor(1, limit, bus);
  const reason = new Error('stopping');
  stopping.abort(reason);
  await expect(given).rejects.toBe(reason);
  await expect(bus.limiter.acquire('port', limit, stopping.signal)).rejects.toBe(reason);
  permits[0]!.release();
  await bus.clock.advance(1000);
  expect(at).toEqual([1000]);
});

test('what another limiter permitted takes its room', async () => {
  const bus = open();
  const limit = { concurrent: 2, perSecond: 1 };
  const adopted = bus.limiter.adopt('port', limit);
  const { at } = askFor(2, limit, bus);
  await bus.clock.advance(5000);
  expect(at).toEqual([1000]);
  adopted.release();
  await bus.clock.advance(0);
  expect(at).toEqual([1000, 5000]);
});

const sends = fc.array(fc.record({ after: fc.nat(400), takes: fc.nat(900) }), { minLength: 1, maxLength: 40 });
const limits = fc.record({
  concurrent: fc.integer({ min: 1, max: 4 }),
  perSecond: fc.constantFrom(0.5, 1, 3, 7.5, 40, 250),
});

test('however sends come and end, both limits hold, the order is kept and all are served', async () => {
  await fc.assert(
    fc.asyncProperty(limits, sends, async (limit, plan) => {
      const { clock, limiter } = open();
      const began: { index: number; at: number }[] = [];
      let running = 0;
      let most = 0;
      for (const [index, { after, takes }] of plan.entries()) {
        await clock.advance(after);
        void limiter.acquire('port', limit, never).then((permit) => {
          began.push({ index, at: clock.now() });
          running += 1;
          most = Math.max(most, running);
          clock.schedule(takes, () => {
            running -= 1;
            permit.release();
          });
        });
      }
      await clock.advance(plan.length * (2000 + 900));
      expect(began.map(({ index }) => index)).toEqual(plan.map((_, index) => index));
      expect(most).toBeLessThanOrEqual(limit.concurrent);
      expectRate(
        began.map(({ at }) => at),
        limit.perSecond,
      );
    }),
    { seed: 20260601, numRuns: 60 },
  );
});

/** In no span of time more than it is worth, and what the bucket holds. */
function expectRate(at: readonly number[], perSecond: number): void {
  const saved = Math.max(1, perSecond / 10);
  for (const [from, first] of at.entries())
    for (const [to, last] of at.entries()) {
      const worth = ((last - first) * perSecond) / 1000 + saved;
      if (to >= from) expect(to - from + 1).toBeLessThanOrEqual(worth + 1e-6 * at.length);
    }
}

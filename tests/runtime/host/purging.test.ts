/** The background purge: every minute, in steps, and an error of the store does not end it. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { BusEvent } from '../../../runtime/contracts/events.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { defaultRetention } from '../../../runtime/contracts/retention.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { createPurging } from '../../../runtime/host/purging.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { messageOf, NOW } from '../../../runtime/testing/message-box/bench.ts';

const DAY = 86_400_000;

async function start(box: MessageBox, owner = 'first', clock = createSimulatedClock(NOW)) {
  const events: BusEvent[] = [];
  const emit = (event: BusEvent) => void events.push(event);
  const purging = createPurging({ owner, box, clock, policy: { ...defaultRetention, delivered: DAY }, emit });
  await purging.start();
  const messages = async () => (await box.inspection.counts(clock.now())).messages;
  return { clock, events, purging, messages };
}

test('what is old goes within a minute, more than one step can take, and is told once', async () => {
  const box = openMemory();
  await box.commit({ now: NOW, keep: Array.from({ length: 350 }, (_, index) => messageOf(`m${index}`)) });
  const { clock, events, purging, messages } = await start(box);
  await clock.advance(DAY - 60_000);
  expect(await messages()).toBe(350);
  await clock.advance(180_000);
  expect(await messages()).toBe(0);
  expect(events).toMatchObject([
    { name: 'messages-purged', data: { messages: 350, bodies: 0, instances: 0, keys: 0 } },
  ]);
  await purging.stop();
  await box.close();
});

test('a store that fails is told, and the next minute tries again', async () => {
  const box = openMemory();
  await box.commit({ now: NOW - 2 * DAY, keep: [messageOf('m')] });
  let failures = 1;
  const failing: MessageBox = {
    ...box,
    purge: (request) =>
      failures-- > 0 ? Promise.reject(busError('STORE_FAILED', { reason: 'no' })) : box.purge(request),
  };
  const { clock, events, purging, messages } = await start(failing);
  await clock.advance(61_000);
  expect(await messages()).toBe(1);
  await clock.advance(61_000);
  expect(await messages()).toBe(0);
  expect(events.map(({ name }) => name)).toEqual(['store-failed', 'messages-purged']);
  await purging.stop();
  await clock.advance(300_000);
  await box.close();
});

test("one host at a time does it; when it stops, the next round is another one's", async () => {
  const box = openMemory();
  let steps = 0;
  const purge: MessageBox['purge'] = (request) => {
    steps += 1;
    return box.purge(request);
  };
  const counted: MessageBox = { ...box, purge };
  const { clock, purging } = await start(counted);
  const { purging: other } = await start(counted, 'second', clock);
  await clock.advance(180_000);
  expect(steps).toBe(3);
  await purging.stop();
  await clock.advance(120_000);
  expect(steps).toBe(5);
  await other.stop();
  await box.close();
});

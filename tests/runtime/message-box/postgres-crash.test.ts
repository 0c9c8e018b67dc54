/** kill -9 of the server in the middle of the work: what was accepted is there, and what was settled does not come again. */
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openPostgres } from '../../../runtime/message-box/postgres.ts';
import { addressed, done, MINUTE, mailTo, NOW, refused } from '../../../runtime/testing/message-box/bench.ts';
import { type OwnPostgres, startOwnPostgres } from '../../servers/postgres.ts';

const clock = createSystemClock();
const PATIENCE = 300;
let server: OwnPostgres;

beforeAll(async () => {
  server = await startOwnPostgres();
});
afterAll(() => server.stop());

interface Seen {
  readonly accepted: Set<string>;
  /** How often a message was handed out after it had been settled. */
  again: number;
  readonly settled: Set<string>;
  /** Of which nobody knows whether it was written. */
  readonly doubtful: Set<string>;
}

async function publishUntil(stopped: () => boolean, box: MessageBox, name: string, seen: Seen): Promise<void> {
  for (let count = 0; !stopped(); count += 1) {
    const id = `${name}-${count}`;
    try {
      await box.commit({
        now: NOW,
        publish: [mailTo('s', id)],
        track: [{ name: 'message-received', at: NOW, message: id, data: {} }],
      });
      seen.accepted.add(id);
    } catch (error) {
      expect(error).toEqual(refused('STORE_FAILED'));
      seen.doubtful.add(id);
    }
  }
}

async function consumeUntil(stopped: () => boolean, box: MessageBox, seen: Seen, at: () => number): Promise<void> {
  while (!stopped()) {
    try {
      const now = at();
      const taken = await box.claim({ subscriber: 's', limit: 5, now, leaseUntil: now + MINUTE });
      for (const delivery of taken) await settle(delivery, box, seen, now);
      if (taken.length === 0) await clock.sleep(2);
    } catch (error) {
      expect(error).toEqual(refused('STORE_FAILED'));
    }
  }
}

async function settle(delivery: Parameters<typeof done>[0], box: MessageBox, seen: Seen, now: number): Promise<void> {
  const { id } = (delivery.work as { message: { id: string } }).message;
  if (seen.settled.has(id)) seen.again += 1;
  try {
    await box.commit({ now, settle: [done(delivery)] });
    seen.settled.add(id);
  } catch (error) {
    // The lease may have been taken by a crash, or the answer lost.
    expect(['STORE_FAILED', 'LEASE_LOST']).toContain((error as { code: string }).code);
  }
}

test('nothing accepted is lost, and nothing settled comes again', async () => {
  const [one, other] = await Promise.all([
    openPostgres(server.url, { clock, patience: PATIENCE }),
    openPostgres(server.url, { clock, patience: PATIENCE }),
  ]);
  await one.commit({ now: NOW, subscribe: [addressed('s')] });
  const seen: Seen = { accepted: new Set(), again: 0, settled: new Set(), doubtful: new Set() };
  let stopped = false;
  const working = [
    ...['a', 'b', 'c', 'd'].map((name) => publishUntil(() => stopped, one, name, seen)),
    ...['e', 'f'].map((name) => publishUntil(() => stopped, other, name, seen)),
    ...[one, other].map((box) =>
      consumeUntil(
        () => stopped,
        box,
        seen,
        () => NOW,
      ),
    ),
  ];
  for (let round = 0; round < 3; round += 1) {
    await clock.sleep(400);
    await server.kill();
    await clock.sleep(100);
    await server.restart();
  }
  await clock.sleep(400);
  stopped = true;
  await Promise.all(working);
  let finished = false;
  const rest = consumeUntil(
    () => finished,
    one,
    seen,
    () => NOW + 10 * MINUTE,
  );
  const isDone = async () => {
    const counts = await one.inspection.counts(NOW + 10 * MINUTE);
    return counts.deliveries.every(({ state }) => state === 'done' || state === 'suspended');
  };
  while (!(await isDone())) await clock.sleep(20);
  finished = true;
  await rest;

  expect(seen.again).toBe(0);
  expect(seen.accepted.size).toBeGreaterThan(50);
  const ids = [...seen.accepted, ...seen.doubtful];
  const stored = await one.read(ids);
  expect(ids.filter((id, index) => seen.accepted.has(id) && stored[index] === undefined)).toEqual([]);
  const records = await one.inspection.deliveries({ limit: 1_000_000 }, NOW + 10 * MINUTE);
  const delivered = records.map(({ message }) => message!);
  expect(new Set(delivered).size).toBe(delivered.length);
  expect([...seen.accepted].filter((id) => !delivered.includes(id))).toEqual([]);
  for (const id of [...seen.doubtful].slice(0, 50)) {
    const history = (await one.inspection.message(id))?.history ?? [];
    expect(history.length).toBeLessThanOrEqual(1);
  }
  await Promise.all([one.close(), other.close()]);
});

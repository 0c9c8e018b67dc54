/** Several hosts over one database: what one commits holds for all, and nobody gets in the way of another. */
import { Client } from 'pg';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openPostgres } from '../../../runtime/message-box/postgres.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import {
  addressed,
  awaited,
  done,
  instanceOf,
  MINUTE,
  mailFor,
  mailTo,
  messageOf,
  NOW,
  refused,
  subjects,
  take,
} from '../../../runtime/testing/message-box/bench.ts';
import { type FreshDatabase, freshDatabase } from '../../servers/postgres.ts';
import { chanceOf } from '../../town/random.ts';

const clock = createSystemClock();
let database: FreshDatabase;
let a: MessageBox;
let b: MessageBox;

beforeEach(async () => {
  database = await freshDatabase();
  [a, b] = await Promise.all([openPostgres(database.url, { clock }), openPostgres(database.url, { clock })]);
});
afterEach(async () => {
  await Promise.all([a.close(), b.close()]);
  await database.drop();
});

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

test('messages of one convoy that come to two hosts at once start one instance', async () => {
  const convoy = { group: 'g', properties: ['house'] };
  await a.commit({ now: NOW, subscribe: [addressed('s', { convoy })] });
  const publish = (box: MessageBox, id: number) =>
    box.commit({ now: NOW, publish: [{ message: messageOf(`${id}`, { to: 's', house: id % 7 }) }] });
  await Promise.all(range(140).map((id) => publish(id % 2 === 0 ? a : b, id >> 1)));
  const taken = await take(a, 's', NOW, 200);
  expect(new Set(taken.map(({ instanceId }) => instanceId)).size).toBe(7);
  expect(taken).toHaveLength(7);
});

describe('claims', () => {
  test('of two hosts never overlap, and leave nothing', async () => {
    const ids = range(600).map(String);
    await a.commit({ now: NOW, subscribe: [addressed('s')], publish: ids.map((id) => mailTo('s', id)) });
    const claimAll = async (box: MessageBox) => {
      const found: string[] = [];
      for (;;) {
        const taken = await take(box, 's', NOW, 7);
        if (taken.length === 0) return found;
        found.push(...subjects(taken));
      }
    };
    const [ofA, ofB] = await Promise.all([claimAll(a), claimAll(b)]);
    expect([...ofA, ...ofB].sort()).toEqual([...ids].sort());
    expect(Math.min(ofA.length, ofB.length)).toBeGreaterThan(0);
  });

  test('whoever was taken over by another host can no longer settle', async () => {
    await a.commit({ now: NOW, subscribe: [addressed('s')], publish: [mailTo('s', 'm')] });
    const [first] = await take(a, 's');
    const [second] = await take(b, 's', NOW + MINUTE);
    expect(second!.attempt).toBe(2);
    await expect(a.commit({ now: NOW, settle: [done(first!)] })).rejects.toEqual(refused('LEASE_LOST'));
    expect(await a.extend([first!.lease], NOW + 5 * MINUTE)).toEqual([]);
    await b.commit({ now: NOW, settle: [done(second!)] });
  });

  test('a stop on one host stops the other', async () => {
    await a.commit({ now: NOW, subscribe: [addressed('s')], publish: [mailTo('s', 'm')] });
    await a.commit({ now: NOW, operate: [{ kind: 'stop', subscriber: 's' }] });
    expect(await take(b, 's')).toEqual([]);
    await b.commit({ now: NOW, operate: [{ kind: 'start', subscriber: 's' }] });
    expect(subjects(await take(a, 's'))).toEqual(['m']);
  });
});

describe('routing', () => {
  test('subscriptions of one host are seen by the other at once, and so is their end', async () => {
    for (const round of range(20)) {
      await a.commit({ now: NOW, subscribe: [addressed('s', { id: `s${round}` })] });
      const { routed } = await b.commit({ now: NOW, publish: [mailTo('s', `m${round}`)] });
      expect(routed[0]!.subscriptions).toEqual([`s${round}`]);
      await a.commit({ now: NOW, unsubscribe: [`s${round}`] });
      const after = await b.commit({ now: NOW, publish: [mailTo('s', `n${round}`)] });
      expect(after.routed[0]!.subscriptions).toEqual([]);
    }
  });

  test('an instance that waits on one host is reached from the other', async () => {
    for (const round of range(10)) {
      const instance = instanceOf(`i${round}`);
      await a.commit({ now: NOW, instances: [instance], subscribe: [awaited(instance)] });
      await b.commit({ now: NOW, publish: [mailFor(instance, `m${round}`)] });
      const [delivery] = await take(a, instance.subscriber);
      expect(delivery).toMatchObject({ instance: { id: `i${round}` }, work: { message: { id: `m${round}` } } });
      await b.commit({ now: NOW, operate: [{ kind: 'terminate-instance', instance: instance.id }] });
    }
  });

  test('what comes twice at the same time to two hosts is published once', async () => {
    await a.commit({ now: NOW, subscribe: [addressed('s')] });
    for (const round of range(20)) {
      const keys = [{ scope: 'p', key: String(round) }];
      const receipts = await Promise.all(
        [a, b].map((box, index) => box.commit({ now: NOW, publish: [{ ...mailTo('s', `${round}-${index}`), keys }] })),
      );
      const duplicates = receipts.map(({ routed }) => routed[0]!.duplicateOf);
      expect(duplicates.filter((of) => of === undefined)).toHaveLength(1);
    }
    expect((await a.inspection.counts(NOW)).messages).toBe(20);
  });

  test('an order is kept whichever host publishes', async () => {
    await a.commit({ now: NOW, subscribe: [addressed('s', { order: { onFailure: 'stop' } })] });
    const ids = range(40).map((index) => `m${index}`);
    for (const [index, id] of ids.entries()) {
      await (index % 3 === 0 ? a : b).commit({ now: NOW - index, publish: [mailTo('s', id)] });
    }
    const seen: string[] = [];
    for (const index of ids.keys()) {
      const box = index % 2 === 0 ? a : b;
      const [delivery, ...others] = await take(box, 's');
      expect(others).toEqual([]);
      seen.push(...subjects([delivery!]));
      await box.commit({ now: NOW, settle: [done(delivery!)] });
    }
    expect(seen).toEqual(ids);
  });

  test('two hosts that publish to one ordered key at once expose one delivery', async () => {
    await a.commit({ now: NOW, subscribe: [addressed('s', { order: { onFailure: 'stop' } })] });
    await Promise.all(
      range(30).flatMap((n) => [a, b].map((box, of) => box.commit({ now: NOW, publish: [mailTo('s', `${n}-${of}`)] }))),
    );
    expect(await take(a, 's', NOW, 100)).toHaveLength(1);
    expect(await take(b, 's', NOW, 100)).toHaveLength(0);
  });
});

describe('instances', () => {
  test('of two steps on two hosts one is refused', async () => {
    for (const round of range(10)) {
      const instance = instanceOf(`i${round}`);
      const first = await Promise.allSettled([a, b].map((box) => box.commit({ now: NOW, instances: [instance] })));
      expect(first.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const next = { ...instance, revision: 2 };
      const steps = await Promise.allSettled([a, b].map((box) => box.commit({ now: NOW, instances: [next] })));
      const lost = steps.filter(({ status }) => status === 'rejected');
      expect(lost).toEqual([{ status: 'rejected', reason: refused('INSTANCE_STALE') }]);
    }
  });

  test('one that ends on a host is never delivered to by another', async () => {
    const instances = range(60).map((index) => instanceOf(`i${index}`));
    await a.commit({ now: NOW, instances, subscribe: instances.map((instance) => awaited(instance)) });
    const ending = instances.map((instance) =>
      a.commit({ now: NOW, instances: [{ ...instance, revision: 2, status: 'completed' }] }),
    );
    const publishing = instances.map((instance) =>
      b.commit({ now: NOW, publish: [mailFor(instance, `to ${instance.id}`)] }),
    );
    await Promise.all([...ending, ...publishing]);
    expect(await take(b, instances[0]!.subscriber, NOW, 100)).toEqual([]);
    const records = await a.inspection.deliveries({ limit: 1000 }, NOW);
    expect(records).toHaveLength(60);
    for (const { state, code } of records) {
      expect(state).toBe('suspended');
      expect(['INSTANCE_ENDED', 'NO_SUBSCRIBER']).toContain(code);
    }
  });
});

test('a name is owned by one host, and what another commits under it is refused', async () => {
  const own = (box: MessageBox, host: string, now: number) => box.own({ host, names: ['x'], now, until: now + 1000 });
  const answers = await Promise.all([own(a, 'a', NOW), own(b, 'b', NOW)]);
  expect(answers.flat()).toEqual([{ name: 'x', fence: 1 }]);
  const [first, second] = answers[0]!.length > 0 ? [a, b] : [b, a];
  const owned = [{ name: 'x', fence: 1 }];
  await first.commit({ now: NOW, owned, publish: [mailTo('s', '1')] });
  expect(await own(second, 'other', NOW + 1000)).toEqual([{ name: 'x', fence: 2 }]);
  const late = first.commit({ now: NOW, owned, publish: [mailTo('s', '2')] });
  await expect(late).rejects.toEqual(refused('OWNERSHIP_LOST'));
});

test('another host is told of work', async () => {
  const woken: string[] = [];
  b.onWakeup((subscriber) => woken.push(subscriber));
  await a.commit({ now: NOW, subscribe: [addressed('s')], publish: [mailTo('s', 'm')] });
  await eventually('the other host is woken', () => woken.includes('s'));
});

test('an orderly end gives the leases to others at once', async () => {
  await a.commit({ now: NOW, subscribe: [addressed('s')], publish: [mailTo('s', 'm')] });
  const [delivery] = await take(a, 's');
  expect(await take(b, 's')).toEqual([]);
  await a.close();
  expect((await take(b, 's'))[0]).toMatchObject({ id: delivery!.id, attempt: 2 });
});

test('a random load on two hosts at once meets no deadlock and fails nowhere', async () => {
  const { next: random } = chanceOf(7);
  const names = ['x', 'y', 'z'];
  const instances = range(6).map((index) => instanceOf(`i${index}`, { late: index % 2 === 0 ? 'new' : 'park' }));
  const order = { by: 'key', onFailure: 'skip' as const };
  await a.commit({
    now: NOW,
    instances,
    subscribe: [addressed('s'), addressed('o', { order }), ...instances.map((instance) => awaited(instance))],
  });
  const expected = new Set([
    'LEASE_LOST',
    'INSTANCE_STALE',
    'NOT_SUSPENDED',
    'NOT_RESUMABLE',
    'ALREADY_ENDED',
    'NOT_FOUND',
    'OWNERSHIP_LOST',
  ]);
  const failures: string[] = [];
  let count = 0;

  async function work(box: MessageBox, host: string): Promise<void> {
    for (const _ of range(60)) {
      const now = NOW + Math.floor(random() * MINUTE);
      const id = `${host}-${count++}`;
      const instance = instances[Math.floor(random() * instances.length)]!;
      const kind = Math.floor(random() * 9);
      try {
        if (kind === 0) await box.commit({ now, publish: [mailTo('s', id), mailFor(instance, `${id}i`)] });
        else if (kind === 1)
          await box.commit({ now, publish: [{ message: messageOf(id, { to: 'o', key: count % 3 }) }] });
        else if (kind === 2) {
          const stored = await box.inspection.instance(instance.id);
          const revision = stored!.instance.revision + 1;
          await box.commit({
            now,
            instances: [{ ...instance, revision }],
            timers: [{ id, instance: instance.id, at: now }],
          });
        } else if (kind === 3) await box.own({ host, names, now, until: now + 10 });
        else if (kind === 4) {
          const [found] = await box.inspection.deliveries({ state: 'suspended', limit: 1 }, now);
          if (found) await box.commit({ now, operate: [{ kind: 'resume', delivery: found.id }] });
        } else {
          const subscriber = ['s', 'o', instance.subscriber][kind % 3]!;
          const taken = await box.claim({ subscriber, limit: 5, now, leaseUntil: now + 1000 });
          const settle = taken.map((delivery, index) =>
            index % 3 === 2
              ? { lease: delivery.lease, as: 'suspend' as const, code: 'C', reason: 'r', resumable: true }
              : done(delivery),
          );
          await box.commit({ now, settle, publish: [mailTo('s', id)] });
        }
      } catch (error) {
        const { code } = error as { code: string };
        if (!expected.has(code)) failures.push(`${kind}: ${error}`);
      }
    }
  }
  await Promise.all(range(6).flatMap((index) => [work(a, `a${index}`), work(b, `b${index}`)]));
  expect(failures).toEqual([]);
  await query('SELECT pg_stat_force_next_flush()').catch(() => []);
  const [stats] = await query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
  expect(Number(stats!['deadlocks'])).toBe(0);
});

/** Ordered subscriptions: strict order within a key, and what a suspended delivery does to those behind it. */
import type { DeliveryRecord } from '../../contracts/inspection.ts';
import type { Delivery, MessageBox } from '../../contracts/message-box.ts';
import type { Order, Subscription } from '../../contracts/routing.ts';
import {
  addressed,
  type Check,
  deliveryOf,
  done,
  MINUTE,
  mailTo,
  messageOf,
  NOW,
  park,
  refused,
  retry,
  subjects,
  take,
} from './bench.ts';

const ordered = (order: Order): Subscription => addressed('a', { order });
const byKey = (onFailure: Order['onFailure']) => ordered({ by: 'key', onFailure });

/** `a1` is of the key `a`. */
const keyed = (id: string) => ({ message: messageOf(id, { to: 'a', key: id[0]! }) });

/** One commit each. */
async function publish(box: MessageBox, ...ids: string[]): Promise<void> {
  for (const id of ids) await box.commit({ now: NOW, publish: [keyed(id)] });
}

async function takeOne(box: MessageBox, now = NOW): Promise<Delivery> {
  const [delivery] = await take(box, 'a', now, 1);
  if (!delivery) throw new Error('There is nothing to take.');
  return delivery;
}

/** Takes and settles until nothing is ready; the ids in the order in which they were handed out. */
async function drain(box: MessageBox, now = NOW): Promise<string[]> {
  const drained: string[] = [];
  for (let taken = await take(box, 'a', now); taken.length > 0; taken = await take(box, 'a', now)) {
    drained.push(...subjects(taken));
    await box.commit({ now, settle: taken.map(done) });
  }
  return drained;
}

async function suspendFirst(box: MessageBox, onFailure: Order['onFailure'], resumable = true): Promise<string> {
  await box.commit({ now: NOW, subscribe: [byKey(onFailure)] });
  await publish(box, 'a1', 'a2', 'b1', 'a3');
  const first = await takeOne(box);
  expect(subjects([first])).toEqual(['a1']);
  await box.commit({ now: NOW, settle: [park(first, resumable)] });
  return first.id;
}

const statesOf = async (box: MessageBox, ...ids: string[]) =>
  (await Promise.all(ids.map((id) => deliveryOf(box, id)))).map(({ state, code }) => [state, code]);

const resume = (delivery: string) => ({ now: NOW, operate: [{ kind: 'resume', delivery }] }) as const;
const terminate = (delivery: string) => ({ now: NOW, operate: [{ kind: 'terminate', delivery }] }) as const;

async function skippedIn(box: MessageBox, message: string) {
  const { history } = (await box.inspection.message(message))!;
  return history.filter(({ name }) => name === 'order-skipped').map(({ data }) => data['delivery']);
}

export function orderContract(check: Check): void {
  check('one at a time, in the order of publishing, whatever the clocks say', async (box) => {
    await box.commit({ now: NOW, subscribe: [ordered({ onFailure: 'stop' })] });
    await box.commit({ now: NOW, publish: [mailTo('a', '1'), mailTo('a', '2')] });
    await box.commit({ now: NOW - 1000, publish: [mailTo('a', '3')] });
    await box.commit({ now: NOW + 1000, publish: [mailTo('a', '4')] });
    const [one] = await take(box, 'a');
    expect(subjects([one!])).toEqual(['1']);
    expect(await take(box, 'a', NOW + 1)).toEqual([]);
    await box.commit({ now: NOW, settle: [done(one!)] });
    expect(await drain(box, NOW + 1000)).toEqual(['2', '3', '4']);
  });

  check('keys do not wait for each other; values of different types are different keys', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('stop')] });
    const publish = ['1', 1, true].map((key, index) => ({ message: messageOf(`m${index}`, { to: 'a', key }) }));
    await box.commit({ now: NOW, publish: [...publish, { message: messageOf('n', { to: 'a', key: 1 }) }] });
    const taken = await take(box, 'a');
    expect(subjects(taken)).toEqual(['m0', 'm1', 'm2']);
    await box.commit({ now: NOW, settle: [done(taken[1]!)] });
    expect(subjects(await take(box, 'a'))).toEqual(['n']);
  });

  check('messages that lack the key keep their order among themselves', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('stop')] });
    const carried = messageOf('2', { to: 'a' });
    const context = new Map([...carried.context, ['key', { value: 'k', promoted: false }] as const]);
    await box.commit({ now: NOW, publish: [mailTo('a', '1'), { message: { ...carried, context } }, keyed('k1')] });
    expect(subjects(await take(box, 'a'))).toEqual(['1', 'k1']);
  });

  check('a retry holds its key, and so does a lease that runs out', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('skip')] });
    await publish(box, 'a1', 'a2', 'b1');
    const [first, other] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [retry(first!, NOW + MINUTE), done(other!)] });
    expect(await take(box, 'a', NOW + MINUTE - 1)).toEqual([]);
    const again = await takeOne(box, NOW + MINUTE);
    expect([subjects([again]), again.attempt]).toEqual([['a1'], 2]);
    const third = await takeOne(box, NOW + 2 * MINUTE);
    expect([subjects([third]), third.attempt]).toEqual([['a1'], 3]);
    await expect(box.commit({ now: NOW + 2 * MINUTE, settle: [done(again)] })).rejects.toEqual(refused('LEASE_LOST'));
    await box.commit({ now: NOW + 2 * MINUTE, settle: [done(third)] });
    expect(await drain(box, NOW + 2 * MINUTE)).toEqual(['a2']);
  });

  check('subscribers to the same messages keep orders of their own', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('stop'), addressed('b', { where: addressed('a').where })] });
    await publish(box, 'a1', 'a2');
    expect(subjects(await take(box, 'b'))).toEqual(['a1', 'a2']);
    expect(subjects(await take(box, 'a'))).toEqual(['a1']);
  });

  check('terminating one that waits takes it out of the order', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('stop')] });
    await publish(box, 'a1', 'a2', 'a3');
    await box.commit(terminate((await deliveryOf(box, 'a2')).id));
    expect(await drain(box)).toEqual(['a1', 'a3']);
  });

  check('the order outlives the box', async (box, { reopen }) => {
    if (!reopen) return;
    await box.commit({ now: NOW, subscribe: [byKey('stop')] });
    await publish(box, 'a1', 'a2', 'b1', 'b2');
    const [a1, b1] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [park(b1!)] });
    const opened = await reopen();
    expect(await statesOf(opened, 'b1', 'b2')).toEqual([
      ['suspended', 'BROKEN'],
      ['waiting', 'ORDER_STOPPED'],
    ]);
    expect(await drain(opened, NOW + MINUTE)).toEqual(['a1', 'a2']);
    await opened.commit(resume(b1!.id));
    expect(await drain(opened, NOW + MINUTE)).toEqual(['b1', 'b2']);
    expect(subjects([a1!])).toEqual(['a1']);
  });

  stopping(check);
  skipping(check);
  parking(check);
  changing(check);
}

function stopping(check: Check): void {
  check('stop: those behind a suspended delivery wait, and say for which', async (box) => {
    const first = await suspendFirst(box, 'stop');
    await publish(box, 'a4');
    expect(await drain(box)).toEqual(['b1']);
    const waiting: Partial<DeliveryRecord> = { state: 'waiting', code: 'ORDER_STOPPED', resumable: false };
    for (const id of ['a2', 'a3', 'a4']) {
      expect(await deliveryOf(box, id)).toMatchObject({ ...waiting, reason: expect.stringContaining(first) });
    }
    const counts = await box.inspection.counts(NOW);
    expect(counts.deliveries).toContainEqual({ subscriber: 'a', state: 'waiting', count: 3 });
    expect(counts.suspended).toEqual([{ subscriber: 'a', code: 'BROKEN', count: 1 }]);
    const found = await box.inspection.deliveries({ state: 'waiting', code: 'ORDER_STOPPED', limit: 2 }, NOW);
    expect(found.map(({ message }) => message)).toEqual(['a4', 'a3']);
    expect(await box.inspection.deliveries({ state: 'ready', limit: 10 }, NOW)).toEqual([]);
    const behind = (await deliveryOf(box, 'a2')).id;
    await expect(box.commit(resume(behind))).rejects.toEqual(refused('NOT_SUSPENDED'));
  });

  check('stop: resuming goes on with it, terminating goes on without it', async (box) => {
    const first = await suspendFirst(box, 'stop');
    await box.commit(resume(first));
    const again = await takeOne(box);
    expect([subjects([again]), again.attempt]).toEqual([['a1'], 1]);
    await box.commit({ now: NOW, settle: [park(again, false)] });
    await box.commit(terminate(first));
    expect(await drain(box)).toEqual(['a2', 'b1', 'a3']);
    expect(await skippedIn(box, 'a2')).toEqual([]);
  });
}

function skipping(check: Check): void {
  check('skip: those behind go on, and the first of them is told of the gap', async (box) => {
    const first = await suspendFirst(box, 'skip');
    expect(await statesOf(box, 'a1', 'a2')).toEqual([
      ['suspended', 'BROKEN'],
      ['ready', undefined],
    ]);
    expect(await drain(box)).toEqual(['a2', 'b1', 'a3']);
    expect(await skippedIn(box, 'a2')).toEqual([first]);
    expect(await skippedIn(box, 'a3')).toEqual([]);
    expect(await skippedIn(box, 'b1')).toEqual([]);
  });

  check('skip: the gap is told of when the next message of the key comes', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('skip')] });
    await publish(box, 'a1');
    const only = await takeOne(box);
    await box.commit({ now: NOW, settle: [park(only)] });
    await publish(box, 'b1', 'a2');
    expect(await drain(box)).toEqual(['b1', 'a2']);
    expect(await skippedIn(box, 'a2')).toEqual([only.id]);
  });

  check('skip: the gap is told of, though somebody stands by to be handed what is new', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('skip')] });
    await publish(box, 'a1');
    const only = await takeOne(box);
    await box.commit({ now: NOW, settle: [park(only)] });
    box.handOver('a', { lease: MINUTE, reserve: () => true, take: () => {}, release: () => {} });
    await publish(box, 'a2');
    await take(box, 'a');
    expect(await skippedIn(box, 'a2')).toEqual([only.id]);
  });

  check('skip: what is resumed before anything has passed it leaves no gap, and goes first', async (box) => {
    const first = await suspendFirst(box, 'skip');
    await box.commit(resume(first));
    expect(await drain(box)).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(await skippedIn(box, 'a2')).toEqual([]);
  });

  check('skip: what is resumed late goes before all of its key that wait', async (box) => {
    const first = await suspendFirst(box, 'skip');
    const [second] = await take(box, 'a', NOW, 1);
    await box.commit(resume(first));
    await box.commit({ now: NOW, settle: [done(second!)] });
    expect(await drain(box)).toEqual(['a1', 'b1', 'a3']);
    expect(subjects([second!])).toEqual(['a2']);
  });
}

function parking(check: Check): void {
  check('park: those behind, and later ones, count as suspended until the first is resumed', async (box) => {
    const first = await suspendFirst(box, 'park');
    await publish(box, 'a4');
    expect(await drain(box)).toEqual(['b1']);
    const parked: Partial<DeliveryRecord> = { state: 'suspended', code: 'ORDER_PARKED', resumable: true };
    for (const id of ['a2', 'a3', 'a4']) {
      expect(await deliveryOf(box, id)).toMatchObject({ ...parked, reason: expect.stringContaining(first) });
    }
    const counts = await box.inspection.counts(NOW);
    expect(counts.deliveries).toContainEqual({ subscriber: 'a', state: 'suspended', count: 4 });
    expect(counts.suspended).toContainEqual({ subscriber: 'a', code: 'ORDER_PARKED', count: 3 });
    const of = async (query: object) =>
      (await box.inspection.deliveries({ limit: 10, ...query }, NOW)).map(({ message }) => message);
    expect(await of({ state: 'suspended' })).toEqual(['a4', 'a3', 'a2', 'a1']);
    expect(await of({ state: 'suspended', code: 'ORDER_PARKED' })).toEqual(['a4', 'a3', 'a2']);
    expect(await of({ state: 'waiting' })).toEqual([]);
    await box.commit(resume(first));
    expect(await statesOf(box, 'a2', 'a3')).toEqual([
      ['ready', undefined],
      ['ready', undefined],
    ]);
    expect(await drain(box)).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  check('park: resuming one of those behind goes on with the first', async (box) => {
    await suspendFirst(box, 'park');
    await box.commit(resume((await deliveryOf(box, 'a3')).id));
    expect((await box.inspection.message('a1'))!.history.map(({ name }) => name)).toEqual(['message-resumed']);
    expect(await drain(box)).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  check('park: behind one that is not resumable only terminating it helps', async (box) => {
    const first = await suspendFirst(box, 'park', false);
    const behind = await deliveryOf(box, 'a2');
    expect(behind).toMatchObject({ state: 'suspended', resumable: false });
    await expect(box.commit(resume(behind.id))).rejects.toEqual(refused('NOT_RESUMABLE'));
    await box.commit(terminate(first));
    expect(await drain(box)).toEqual(['a2', 'b1', 'a3']);
  });

  check('park: one of those behind may be terminated by itself', async (box) => {
    const first = await suspendFirst(box, 'park');
    await box.commit(terminate((await deliveryOf(box, 'a2')).id));
    await box.commit(resume(first));
    expect(await drain(box)).toEqual(['a1', 'b1', 'a3']);
  });
}

function changing(check: Check): void {
  check('another policy holds for what is suspended from then on', async (box) => {
    const first = await suspendFirst(box, 'stop');
    await box.commit({ now: NOW, subscribe: [byKey('skip')] });
    expect(await drain(box)).toEqual(['b1']);
    await box.commit(resume(first));
    await box.commit({ now: NOW, settle: [park(await takeOne(box))] });
    expect(await drain(box)).toEqual(['a2', 'a3']);
  });

  check('once order is no longer asked for, nothing that fails holds anything', async (box) => {
    await box.commit({ now: NOW, subscribe: [byKey('stop')] });
    await publish(box, 'a1', 'a2');
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    await box.commit({ now: NOW, settle: [park(await takeOne(box))] });
    expect(await drain(box)).toEqual(['a2']);
    expect(await skippedIn(box, 'a2')).toEqual([]);
  });
}

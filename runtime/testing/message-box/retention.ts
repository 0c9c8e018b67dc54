/** Retention: what is final and old goes, in small steps; nothing else ever does. */
import { bytesOf } from '../../contracts/message.ts';
import type { MessageBox } from '../../contracts/message-box.ts';
import { BUS } from '../../contracts/properties.ts';
import type { Purge, Purged, Retention } from '../../contracts/retention.ts';
import {
  addressed,
  type Check,
  deliveryOf,
  done,
  instanceOf,
  mailTo,
  messageOf,
  NOW,
  park,
  refused,
  retry,
  subjects,
  subscriptionOf,
  take,
} from './bench.ts';

const DAY = 86_400_000;
const policy: Retention = {
  delivered: 30 * DAY,
  terminated: 60 * DAY,
  types: { report: 400 * DAY },
  bodies: undefined,
  instances: 90 * DAY,
  keys: 90 * DAY,
};

/** Steps until a round is over; gives what they removed together, and how many they were. */
async function purge(box: MessageBox, after: number, more: Partial<Purge> = {}) {
  const total = { messages: 0, bodies: 0, instances: 0, keys: 0 };
  for (let steps = 1; ; steps += 1) {
    const step: Purged = await box.purge({ now: NOW + after, policy, limit: 100, ...more });
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += step[name];
    if (!step.more) return { ...total, steps };
    if (steps > 1000) throw new Error('The round does not end.');
  }
}

const present = async (box: MessageBox, ...ids: string[]) =>
  (await box.read(ids)).flatMap((message, index) => (message ? [ids[index]] : []));

async function deliver(box: MessageBox, ...ids: string[]): Promise<void> {
  await box.commit({ now: NOW, publish: ids.map((id) => mailTo('a', id)) });
  for (const delivery of await take(box, 'a', NOW, ids.length))
    await box.commit({ now: NOW, settle: [done(delivery)] });
}

export function retentionContract(check: Check): void {
  finalMessages(check);
  whatStays(check);
  bodies(check);
  instancesAndKeys(check);
}

function finalMessages(check: Check): void {
  check('a delivered message goes when it is old enough, with its deliveries and history', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    await deliver(box, 'm');
    await box.commit({ now: NOW, track: [{ name: 'message-sent', at: NOW, message: 'm', data: {} }] });
    expect(await purge(box, 30 * DAY - 1)).toMatchObject({ messages: 0 });
    expect(await present(box, 'm')).toEqual(['m']);
    expect(await purge(box, 30 * DAY)).toMatchObject({ messages: 1 });
    expect(await present(box, 'm')).toEqual([]);
    expect(await box.inspection.message('m')).toBeUndefined();
    expect(await box.inspection.deliveries({ limit: 10 }, NOW)).toEqual([]);
    expect(await purge(box, 31 * DAY)).toMatchObject({ messages: 0 });
  });

  check('counts tell of what is left', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    await deliver(box, '1', '2');
    expect((await box.inspection.counts(NOW)).deliveries).toEqual([{ subscriber: 'a', state: 'done', count: 2 }]);
    await box.commit({ now: NOW + 20 * DAY, publish: [mailTo('a', '3')] });
    await purge(box, 40 * DAY);
    const counts = await box.inspection.counts(NOW + 40 * DAY);
    expect(counts).toMatchObject({ messages: 1, deliveries: [{ subscriber: 'a', state: 'ready', count: 1 }] });
  });

  check('its age counts from the end of its last delivery', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [delivery] = await take(box, 'a', NOW + 20 * DAY);
    await box.commit({ now: NOW + 20 * DAY, settle: [done(delivery!)] });
    await purge(box, 49 * DAY);
    expect(await present(box, 'm')).toEqual(['m']);
    await purge(box, 50 * DAY);
    expect(await present(box, 'm')).toEqual([]);
  });

  check('what was terminated, what has no deliveries, and types have times of their own', async (box) => {
    const report = messageOf('report', { [BUS.messageType]: 'report' });
    await box.commit({ now: NOW, keep: [report, messageOf('kept')], subscribe: [addressed('a')] });
    await box.commit({ now: NOW, publish: [mailTo('a', 'terminated')] });
    const { id: delivery } = await deliveryOf(box, 'terminated');
    await box.commit({ now: NOW, operate: [{ kind: 'terminate', delivery }] });
    const left = async (days: number) => {
      await purge(box, days * DAY);
      return present(box, 'report', 'kept', 'terminated');
    };
    expect(await left(29)).toEqual(['report', 'kept', 'terminated']);
    expect(await left(31)).toEqual(['report', 'terminated']);
    expect(await left(61)).toEqual(['report']);
    expect(await left(399)).toEqual(['report']);
    expect(await left(401)).toEqual([]);
  });

  check('a step looks at no more than it may, and a round ends', async (box) => {
    await box.commit({ now: NOW, keep: Array.from({ length: 25 }, (_, index) => messageOf(`m${index}`)) });
    const first = await box.purge({ now: NOW + 31 * DAY, policy, limit: 10 });
    expect(first.messages).toBeLessThanOrEqual(10);
    expect(first.more).toBe(true);
    const { messages, steps } = await purge(box, 31 * DAY, { limit: 10 });
    expect(first.messages + messages).toBe(25);
    expect(steps).toBeGreaterThan(1);
    expect((await box.inspection.counts(NOW)).messages).toBe(0);
  });

  check('a dry run counts the same and removes nothing', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    await deliver(box, '1', '2', '3');
    const keys = [{ scope: 's', key: 'k' }];
    await box.commit({ now: NOW, publish: [{ message: messageOf('keyed'), keys, unrouted: 'keep' }] });
    const request = { now: NOW + 100 * DAY, policy, limit: 2 };
    const would = await box.purge({ ...request, dryRun: true });
    expect(would).toEqual({ messages: 4, bodies: 0, instances: 0, keys: 1, more: false });
    expect(await present(box, '1', '2', '3')).toEqual(['1', '2', '3']);
    expect(await purge(box, 100 * DAY)).toMatchObject({ messages: 4, keys: 1 });
  });
}

function whatStays(check: Check): void {
  check('what waits, is under way or is suspended stays, however old', async (box) => {
    const ids = ['ready', 'leased', 'waiting', 'suspended', 'unrouted'];
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    await box.commit({
      now: NOW,
      publish: [mailTo('a', 'waiting'), mailTo('a', 'suspended'), mailTo('b', 'unrouted')],
    });
    const [waiting, suspended] = await take(box, 'a');
    const late = NOW + 5000 * DAY;
    await box.commit({ now: NOW, settle: [retry(waiting!, late), park(suspended!)] });
    await box.commit({ now: NOW, publish: [mailTo('a', 'leased')] });
    await box.claim({ subscriber: 'a', limit: 1, now: NOW, leaseUntil: late });
    await box.commit({ now: NOW, publish: [mailTo('a', 'ready')] });
    expect(await purge(box, 1000 * DAY)).toMatchObject({ messages: 0 });
    expect(await present(box, ...ids)).toEqual(ids);
  });

  check('one delivery that is not final keeps the message, and the others of it', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a'), subscriptionOf('b', { to: 'a' })] });
    await deliver(box, 'm');
    expect(await purge(box, 1000 * DAY)).toMatchObject({ messages: 0 });
    expect(await box.inspection.deliveries({ message: 'm', limit: 10 }, NOW)).toHaveLength(2);
    expect(subjects(await take(box, 'b'))).toEqual(['m']);
  });

  check('what a running instance refers to stays until it ends', async (box) => {
    const instance = instanceOf('i', { messages: ['held'] });
    await box.commit({ now: NOW, instances: [instance], keep: [messageOf('held'), messageOf('free')] });
    expect(await purge(box, 1000 * DAY)).toMatchObject({ messages: 1 });
    expect(await present(box, 'held', 'free')).toEqual(['held']);
    const ended = { ...instance, revision: 2, status: 'completed' } as const;
    await box.commit({ now: NOW + 1000 * DAY, instances: [ended] });
    expect(await purge(box, 1001 * DAY)).toMatchObject({ messages: 1, instances: 0 });
  });

  check('a request whose answer a subscription awaits stays', async (box) => {
    const waiting = subscriptionOf('a', { [BUS.responseTo]: 'asked' }, { id: 'w' });
    await box.commit({ now: NOW, subscribe: [waiting], keep: [messageOf('asked'), messageOf('free')] });
    await purge(box, 1000 * DAY);
    expect(await present(box, 'asked', 'free')).toEqual(['asked']);
    await box.commit({ now: NOW, unsubscribe: ['w'] });
    await purge(box, 1000 * DAY);
    expect(await present(box, 'asked')).toEqual([]);
  });
}

function bodies(check: Check): void {
  const early = { policy: { ...policy, bodies: 7 * DAY } };

  check('bodies go before their records, and reading one says so', async (box, opened) => {
    const large = messageOf('large', { to: 'a' }, Buffer.alloc(700_000, 'x'));
    await box.commit({
      now: NOW,
      keep: [large, messageOf('medium', {}, 'y'.repeat(100_000)), messageOf('small', { n: 1 })],
    });
    expect(await purge(box, 6 * DAY, early)).toMatchObject({ bodies: 0 });
    expect(await purge(box, 7 * DAY, early)).toMatchObject({ bodies: 3, messages: 0 });
    expect(await purge(box, 8 * DAY, early)).toMatchObject({ bodies: 0 });
    const again = (await opened.reopen?.()) ?? box;
    for (const message of await again.read(['large', 'medium', 'small'])) {
      expect(message!.parts[0].size).toBeGreaterThan(0);
      await expect(bytesOf(message!.parts[0])).rejects.toEqual(refused('BODY_PURGED'));
    }
    expect((await again.inspection.message('small'))!.message.context.get('n')!.value).toBe(1);
    expect(await purge(again, 31 * DAY, early)).toMatchObject({ bodies: 0, messages: 3 });
  });

  check('a body that another message shares stays for that one', async (box) => {
    const shared = messageOf('old', {}, Buffer.alloc(700_000, 'x'));
    await box.commit({ now: NOW, keep: [shared] });
    const [old] = await box.read(['old']);
    await box.commit({ now: NOW + 29 * DAY, keep: [{ ...old!, id: 'young' }] });
    await purge(box, 31 * DAY);
    const [gone, young] = await box.read(['old', 'young']);
    expect(gone).toBeUndefined();
    expect((await bytesOf(young!.parts[0])).byteLength).toBe(700_000);
  });

  check('a message without bytes may be passed on', async (box) => {
    await box.commit({ now: NOW, keep: [messageOf('m')] });
    await purge(box, 8 * DAY, early);
    const [bare] = await box.read(['m']);
    await box.commit({ now: NOW, keep: [{ ...bare!, id: 'copy' }] });
    const [copy] = await box.read(['copy']);
    await expect(bytesOf(copy!.parts[0])).rejects.toEqual(refused('BODY_PURGED'));
  });
}

function instancesAndKeys(check: Check): void {
  check('instances go when they ended long ago, with their history', async (box) => {
    const at = { now: NOW };
    const timers = [{ id: 't', instance: 'fired', at: NOW }];
    await box.commit({ ...at, instances: [instanceOf('fired'), instanceOf('running')], timers });
    for (const delivery of await take(box, 'orchestration:process')) {
      const ended = instanceOf('fired', { revision: 2, status: 'completed' });
      const track = [{ name: 'instance-completed', at: NOW, instance: 'fired', data: {} }];
      await box.commit({ ...at, settle: [done(delivery)], instances: [ended], track });
    }
    expect(await purge(box, 89 * DAY)).toMatchObject({ instances: 0 });
    expect(await purge(box, 90 * DAY)).toMatchObject({ instances: 1 });
    expect(await box.inspection.instance('fired')).toBeUndefined();
    expect((await box.inspection.instances({ limit: 10 })).map(({ instance }) => instance.id)).toEqual(['running']);
    expect(await box.inspection.deliveries({ limit: 10 }, NOW)).toEqual([]);
  });

  check('keys outlive their messages, and go in their own time', async (box) => {
    const keys = [{ scope: 's', key: 'k' }];
    const publish = async (id: string, days: number) => {
      const publication = { message: messageOf(id), keys, unrouted: 'keep' } as const;
      return (await box.commit({ now: NOW + days * DAY, publish: [publication] })).routed[0]!.duplicateOf;
    };
    await publish('first', 0);
    await purge(box, 80 * DAY);
    expect(await present(box, 'first')).toEqual([]);
    expect(await publish('second', 80)).toBe('first');
    expect(await purge(box, 91 * DAY)).toMatchObject({ keys: 1 });
    expect(await publish('third', 91)).toBeUndefined();
  });
}

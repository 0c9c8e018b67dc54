/** Priorities without starvation, and subscribers that an operator has stopped. */
import type { Delivery, MessageBox, Taker } from '../../contracts/message-box.ts';
import { BUS } from '../../contracts/properties.ts';
import {
  addressed,
  awaited,
  type Check,
  done,
  instanceOf,
  MINUTE,
  mailFor,
  mailTo,
  messageOf,
  NOW,
  retry,
  subjectOf,
  subjects,
  take,
} from './bench.ts';

const mail = (id: string, priority?: number) => ({
  message: messageOf(id, { to: 'a', ...(priority === undefined ? {} : { [BUS.priority]: priority }) }),
});

export function priorityContract(check: Check): void {
  check('the more urgent goes first, and of two alike the older', async (box) => {
    const publish = [mail('none'), mail('low', 1), mail('high', 10), mail('high too', 10), mail('middle', 5)];
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish });
    expect(subjects(await take(box, 'a', NOW, 3))).toEqual(['high', 'high too', 'middle']);
    expect(subjects(await take(box, 'a', NOW, 3))).toEqual(['low', 'none']);
  });

  check('what has waited long enough goes before anything new: nothing starves', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mail('old')] });
    const soon = NOW + 100 * MINUTE - 1;
    const later = NOW + 100 * MINUTE + 1;
    await box.commit({ now: soon, publish: [mail('soon', 10)] });
    await box.commit({ now: later, publish: [mail('later', 10)] });
    expect(subjects(await take(box, 'a', later))).toEqual(['soon', 'old', 'later']);
  });

  check('anything but a number from 1 to 10 counts as the nearest, or as none', async (box) => {
    const text = messageOf('text', { to: 'a', [BUS.priority]: 'high' });
    const publish = [mail('1'), mail('2', -5), { message: text }, mail('4', 10), mail('5', 1000), mail('6', 0.5)];
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish });
    expect(subjects(await take(box, 'a'))).toEqual(['4', '5', '1', '2', 'text', '6']);
  });

  check('a retry waits its time, however urgent', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mail('m', 10)] });
    const [delivery] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [retry(delivery!, NOW + MINUTE)] });
    expect(await take(box, 'a', NOW + MINUTE - 1)).toEqual([]);
    expect(subjects(await take(box, 'a', NOW + MINUTE))).toEqual(['m']);
  });

  check('a priority is no reason to leave the order of a key or of an instance', async (box) => {
    const instance = instanceOf('i', { subscriber: 'a' });
    const subscribe = [addressed('a', { order: { onFailure: 'stop' } }), awaited(instance)];
    await box.commit({ now: NOW, subscribe, instances: [instance], publish: [mail('1'), mail('2', 10)] });
    const to = (id: string, priority: number) => ({ message: messageOf(id, { for: 'i', [BUS.priority]: priority }) });
    await box.commit({ now: NOW, publish: [to('i1', 1), to('i2', 10)] });
    const taken = await take(box, 'a');
    expect(subjects(taken)).toEqual(['i1', '1']);
    await box.commit({ now: NOW, settle: taken.map(done) });
    expect(subjects(await take(box, 'a'))).toEqual(['2', 'i2']);
  });

  handingOver(check);
  stopping(check);
}

/** Takes as many as there are places. */
function takerOf(places: number, deliveries: Delivery[] = []) {
  const taken: string[] = [];
  let free = places;
  const taker: Taker = {
    lease: MINUTE,
    reserve: () => {
      if (free === 0) return false;
      free -= 1;
      return true;
    },
    take: (delivery) => {
      taken.push(subjectOf(delivery));
      deliveries.push(delivery);
    },
    release: () => {
      free += 1;
    },
  };
  return { taker, taken, leave: () => taker.release() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function handingOver(check: Check): void {
  check('nothing new is handed over past something urgent that waits', async (box) => {
    const { taker, taken, leave } = takerOf(1);
    box.handOver('a', taker);
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mail('first'), mail('urgent', 10)] });
    leave();
    await box.commit({ now: NOW, publish: [mail('new')] });
    await turn();
    expect(taken).not.toContain('new');
    const claimed = subjects(await take(box, 'a'));
    expect([...taken, ...claimed].toSorted()).toEqual(['first', 'new', 'urgent']);
    expect(claimed[0]).toBe('urgent');
  });

  check('an ordered delivery is handed over only when it is its turn', async (box) => {
    const { taker, taken } = takerOf(5);
    box.handOver('a', taker);
    const publish = [mail('1'), mail('2'), mail('3')];
    await box.commit({ now: NOW, subscribe: [addressed('a', { order: { onFailure: 'stop' } })], publish });
    await turn();
    const claimed = subjects(await take(box, 'a'));
    expect([...taken, ...claimed]).toEqual(['1']);
  });

  handingOverToInstances(check);
}

/** The instance `i`, whose deliveries a taker with so many places gets. */
async function waiting(box: MessageBox, places = 5) {
  const instance = instanceOf('i');
  await box.commit({ now: NOW, instances: [instance], subscribe: [awaited(instance)] });
  const deliveries: Delivery[] = [];
  const { taker, leave } = takerOf(places, deliveries);
  box.handOver(instance.subscriber, taker);
  return { instance, deliveries, leave, next: { ...instance, revision: 2 } };
}

function handingOverToInstances(check: Check): void {
  check('what an instance waits for is handed over with it, one at a time and in order', async (box) => {
    const { instance, deliveries, next } = await waiting(box);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
    await turn();
    expect(subjects(deliveries)).toEqual(['1']);
    expect(deliveries[0]).toMatchObject({ instance, instanceId: 'i', attempt: 1, subscription: 'i awaits' });
    expect(await take(box, instance.subscriber)).toEqual([]);
    await box.commit({ now: NOW, settle: deliveries.map(done), instances: [next] });
    const claimed = await take(box, instance.subscriber);
    expect(claimed).toMatchObject([{ work: { message: { id: '2' } }, instance: { revision: 2 } }]);
  });

  check('a timer that is not due waits behind what is handed over, and comes when it is due', async (box) => {
    const { instance, deliveries, next } = await waiting(box);
    await box.commit({ now: NOW, timers: [{ id: 't', instance: 'i', at: NOW + MINUTE }] });
    await box.commit({ now: NOW, publish: [mailFor(instance, '1')] });
    await turn();
    expect(subjects(deliveries)).toEqual(['1']);
    expect(await take(box, instance.subscriber, NOW + 30_000)).toEqual([]);
    await box.commit({ now: NOW, settle: deliveries.map(done), instances: [next] });
    expect(await take(box, instance.subscriber, NOW + MINUTE - 1)).toEqual([]);
    expect(subjects(await take(box, instance.subscriber, NOW + MINUTE))).toEqual(['timer t']);
  });

  check('nothing is handed over past a timer that is due', async (box) => {
    const { instance, deliveries } = await waiting(box);
    await box.commit({ now: NOW, timers: [{ id: 't', instance: 'i', at: NOW + 1 }] });
    await box.commit({ now: NOW + 2, publish: [mailFor(instance, '1')] });
    await turn();
    expect(deliveries).toEqual([]);
    expect(subjects(await take(box, instance.subscriber, NOW + 2))).toEqual(['timer t']);
  });

  check('nothing is handed over to an instance that is suspended', async (box) => {
    const { instance, deliveries, next } = await waiting(box);
    await box.commit({ now: NOW, instances: [{ ...next, status: 'suspended' }] });
    await box.commit({ now: NOW, publish: [mailFor(instance, '1')] });
    await turn();
    expect(deliveries).toEqual([]);
    expect(await take(box, instance.subscriber)).toEqual([]);
  });

  check('what is given back goes first again', async (box) => {
    const { instance, deliveries } = await waiting(box, 1);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1')] });
    await turn();
    await box.commit({ now: NOW + 1, publish: [mailFor(instance, '2')] });
    await box.commit({ now: NOW + 1, settle: deliveries.map(({ lease }) => ({ lease, as: 'release' })) });
    expect(subjects(await take(box, instance.subscriber, NOW + 1))).toEqual(['1']);
  });
}

function stopping(check: Check): void {
  const stop = { kind: 'stop', subscriber: 'a' } as const;
  const start = { kind: 'start', subscriber: 'a' } as const;

  check('a stopped subscriber gets nothing until it is started; others go on', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a'), addressed('b')], operate: [stop, stop] });
    await box.commit({ now: NOW + 1, operate: [stop] });
    await box.commit({ now: NOW, publish: [mailTo('a', '1'), mailTo('b', '2')] });
    expect(await take(box, 'a')).toEqual([]);
    expect(subjects(await take(box, 'b'))).toEqual(['2']);
    expect(await box.inspection.stopped()).toEqual([{ subscriber: 'a', since: NOW }]);
    const woken: string[] = [];
    box.onWakeup((subscriber) => woken.push(subscriber));
    await box.commit({ now: NOW, operate: [start, start] });
    await turn();
    expect(woken).toContain('a');
    expect(await box.inspection.stopped()).toEqual([]);
    expect(subjects(await take(box, 'a'))).toEqual(['1']);
  });

  check('what is under way when a subscriber is stopped may be settled', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1')] });
    const taken = await take(box, 'a');
    await box.commit({ now: NOW, operate: [stop] });
    await box.commit({ now: NOW, settle: taken.map(done) });
  });

  check('nothing is handed over to a stopped subscriber', async (box) => {
    const { taker, taken } = takerOf(1);
    box.handOver('a', taker);
    await box.commit({ now: NOW, subscribe: [addressed('a')], operate: [stop] });
    await box.commit({ now: NOW, publish: [mailTo('a', '1')] });
    await turn();
    expect(taken).toEqual([]);
  });

  check('a stop that is undone with its unit stops nothing', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1')] });
    const impossible = { kind: 'terminate', delivery: 'd1' } as const;
    await box.commit({ now: NOW, operate: [stop, impossible, impossible] }).catch(() => {});
    expect(await box.inspection.stopped()).toEqual([]);
  });

  check('a stop outlives the box', async (box, { reopen }) => {
    if (!reopen) return;
    await box.commit({ now: NOW, subscribe: [addressed('a')], operate: [stop], publish: [mailTo('a', '1')] });
    const opened = await reopen();
    expect(await take(opened, 'a')).toEqual([]);
    await opened.commit({ now: NOW, operate: [start] });
    expect(subjects(await take(opened, 'a'))).toEqual(['1']);
  });
}

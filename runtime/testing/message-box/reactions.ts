/**
 * Reactions: what a taker can tell at once is written by the commit that makes its delivery. A store may do without them, so each
 * test holds for one that hands everything over as well: a delivery is reacted to or taken, never both, never neither.
 */
import type { Delivery, MessageBox, Reaction, Receipt, Taker } from '../../contracts/message-box.ts';
import {
  addressed,
  awaited,
  type Check,
  deliveryOf,
  done,
  instanceOf,
  MINUTE,
  mailFor,
  mailTo,
  NOW,
  subjectOf,
  take,
} from './bench.ts';

interface Reacting {
  /** What was reacted to, durably, and what was handed over instead. */
  readonly reacted: string[];
  readonly taken: Delivery[];
  readonly receipts: Receipt[];
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Reacts with the unit that `unitFor` gives; one that it refuses to give is handed over. */
function reactTo(box: MessageBox, subscriber: string, unitFor: (delivery: Delivery) => Reaction['unit']): Reacting {
  const reacting: Reacting = { reacted: [], taken: [], receipts: [] };
  const taker: Taker = {
    lease: MINUTE,
    reserve: () => true,
    release: () => {},
    take: (delivery) => void reacting.taken.push(delivery),
    react: (delivery) => ({
      unit: unitFor(delivery),
      done: (receipt) => {
        reacting.reacted.push(subjectOf(delivery));
        reacting.receipts.push(receipt);
      },
    }),
  };
  box.handOver(subscriber, taker);
  return reacting;
}

/** What was handed over is written as the reaction would have been. */
async function catchUp(box: MessageBox, { taken }: Reacting, unitFor: (delivery: Delivery) => Reaction['unit']) {
  for (const delivery of taken) await box.commit(unitFor(delivery));
}

export function reactionContract(check: Check): void {
  check('a step of an instance is taken by the commit that brings what it waits for, or right after', async (box) => {
    const instance = instanceOf('i');
    const next = { ...instance, revision: 2, state: { step: 2 } };
    await box.commit({ now: NOW, instances: [instance], subscribe: [awaited(instance), addressed('a')] });
    const unitFor = (delivery: Delivery) => {
      expect(delivery).toMatchObject({ instance, subscription: 'i awaits', attempt: 1 });
      return { now: NOW, settle: [done(delivery)], instances: [next], publish: [mailTo('a', 'out')] };
    };
    const reacting = reactTo(box, instance.subscriber, unitFor);
    await box.commit({ now: NOW, publish: [mailFor(instance, 'in')] });
    await turn();
    expect([...reacting.reacted, ...reacting.taken.map(subjectOf)]).toEqual(['in']);
    await catchUp(box, reacting, unitFor);
    expect(await deliveryOf(box, 'in')).toMatchObject({ state: 'done', attempt: 1 });
    expect((await box.inspection.instance('i'))!.instance).toMatchObject({ revision: 2, state: { step: 2 } });
    expect((await take(box, 'a')).map(subjectOf)).toEqual(['out']);
    expect(await take(box, instance.subscriber)).toEqual([]);
    for (const { routed } of reacting.receipts) expect(routed).toMatchObject([{ message: 'out' }]);
  });

  check('what follows from a reaction may be reacted to in its turn', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a'), addressed('b')] });
    const forA = (delivery: Delivery) => ({ now: NOW, settle: [done(delivery)], publish: [mailTo('b', '2')] });
    const forB = (delivery: Delivery) => ({ now: NOW, settle: [done(delivery)] });
    const [a, b] = [reactTo(box, 'a', forA), reactTo(box, 'b', forB)];
    await box.commit({ now: NOW, publish: [mailTo('a', '1')] });
    await turn();
    await catchUp(box, a, forA);
    await turn();
    await catchUp(box, b, forB);
    for (const id of ['1', '2']) expect(await deliveryOf(box, id)).toMatchObject({ state: 'done' });
  });

  check('a reaction that throws or is refused leaves the delivery to its taker, and harms nobody', async (box) => {
    const instance = instanceOf('i');
    const subscribe = [awaited(instance), addressed('a')];
    await box.commit({ now: NOW, instances: [instance], subscribe });
    const stale = reactTo(box, instance.subscriber, (delivery) => {
      return { now: NOW, settle: [done(delivery)], instances: [{ ...instance, revision: 7 }] };
    });
    const broken = reactTo(box, 'a', () => {
      throw new Error('planted');
    });
    await box.commit({ now: NOW, publish: [mailFor(instance, 'in'), mailTo('a', 'mail')] });
    await turn();
    expect(stale.taken.map(subjectOf)).toEqual(['in']);
    expect(broken.taken.map(subjectOf)).toEqual(['mail']);
    await box.commit({ now: NOW, settle: [...stale.taken, ...broken.taken].map(done) });
  });

  check('a reaction that breaks the transaction is undone, and the commit that it came with stands', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a'), addressed('b')], publish: [mailTo('b', 'victim')] });
    const { id } = await deliveryOf(box, 'victim');
    const end = { kind: 'terminate', delivery: id } as const;
    const breaking = reactTo(box, 'a', (delivery) => ({ now: NOW, settle: [done(delivery)], operate: [end, end] }));
    const [receipt] = await Promise.all([
      box.commit({ now: NOW, publish: [mailTo('a', '1')] }),
      box.commit({ now: NOW, publish: [mailTo('b', 'other')] }),
    ]);
    await turn();
    expect(receipt.routed).toMatchObject([{ message: '1', subscriptions: ['a takes'] }]);
    expect(breaking.reacted).toEqual([]);
    expect(breaking.taken.map(subjectOf)).toEqual(['1']);
    expect((await take(box, 'b')).map(subjectOf)).toEqual(['victim', 'other']);
  });
}

/**
 * Bugs to plant between the hosts and the store, each of a kind that a runtime really has. The simulation is worth what it
 * finds of these.
 */
import { withProperties } from '../../runtime/contracts/message.ts';
import type { Delivery, MessageBox } from '../../runtime/contracts/message-box.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import type { Tamper, Tampering } from './host-process.ts';
import { hasEnded, type Rule } from './ledger.ts';

export interface PlantedBug {
  /** What is wrong. */
  readonly name: string;
  /** The rules by which it may be found. */
  readonly breaks: readonly Rule[];
  /** It is one of orchestrations only. */
  readonly orchestrated?: true;
  readonly plant: () => Tampering;
}

const committing = (box: MessageBox, commit: MessageBox['commit']): MessageBox => ({ ...box, commit });

const claiming = (box: MessageBox, change: (delivery: Delivery) => Delivery): MessageBox => ({
  ...box,
  claim: async (request) => (await box.claim(request)).map(change),
  handOver: (subscriber, taker) =>
    box.handOver(subscriber, { ...taker, take: (delivery) => taker.take(change(delivery)) }),
});

export const planted: readonly PlantedBug[] = [
  { name: 'a send is settled before it is made', breaks: ['lost'], plant: () => ({ host: settlesFirst() }) },
  { name: 'every 5th publication is dropped', breaks: ['lost'], plant: () => ({ host: dropsPublications() }) },
  {
    name: 'a receipt is acknowledged before it is durable',
    breaks: ['lost'],
    plant: () => ({ host: acknowledgesFirst() }),
  },
  { name: 'a lost lease is ignored', breaks: ['repeated', 'doubled'], plant: () => ({ host: ignoresLeases() }) },
  { name: 'an owner of yesterday writes', breaks: ['lease'], plant: () => ({ host: ignoresFences() }) },
  {
    name: 'the keys of receipts are forgotten',
    breaks: ['duplicate', 'doubled'],
    plant: () => ({ host: forgetsKeys() }),
  },
  { name: 'each attempt bears a key of its own', breaks: ['doubled'], plant: () => ({ host: changesKeys() }) },
  {
    name: 'an instance leaves a subscription behind',
    breaks: ['zombie'],
    plant: () => ({ host: leavesSubscriptions() }),
  },
  { name: 'work is only looked for when woken', breaks: ['stuck'], plant: () => ({ host: neverPolls() }) },
  { name: 'a retry is put off for ever', breaks: ['stuck'], plant: () => ({ host: putsOffRetries() }) },
  {
    name: 'an instance goes on under what was deployed last',
    breaks: ['changed'],
    orchestrated: true,
    plant: () => ({ host: movesInstances() }),
  },
  {
    name: 'a task that nobody needs any more stays open',
    breaks: ['zombie'],
    orchestrated: true,
    plant: () => ({ host: leavesTasks() }),
  },
  {
    name: 'what an instance gives back is dropped',
    breaks: ['lost'],
    orchestrated: true,
    plant: () => ({ host: dropsReturns() }),
  },
  {
    name: 'a step is written without what it took in',
    breaks: ['repeated', 'lost', 'stuck'],
    orchestrated: true,
    plant: () => ({ host: settlesApart() }),
  },
];

function settlesFirst(): Tamper {
  return (box) => {
    const settled = new Set<string>();
    const settle = async (delivery: Delivery) => {
      if (!delivery.subscriber.startsWith('send:')) return;
      settled.add(delivery.lease);
      await box.commit({ now: 0, settle: [{ lease: delivery.lease, as: 'done' }] }).catch(() => {});
    };
    return {
      ...box,
      claim: async (request) => {
        const taken = await box.claim(request);
        await Promise.all(taken.map(settle));
        return taken;
      },
      handOver: () => () => {},
      commit: (unit) => {
        const left = unit.settle?.filter(({ lease }) => !settled.has(lease));
        return box.commit(left ? { ...unit, settle: left } : unit);
      },
    };
  };
}

function dropsPublications(): Tamper {
  let count = 0;
  const isKept = () => {
    count += 1;
    return count % 5 !== 0;
  };
  return (box) =>
    committing(box, async (unit) => {
      const kept = (unit.publish ?? []).map((publication) => ({ publication, kept: isKept() }));
      const publish = kept.flatMap((each) => (each.kept ? [each.publication] : []));
      const receipt = await box.commit({ ...unit, publish });
      const left = [...receipt.routed];
      const routed = kept.map((each) =>
        each.kept ? left.shift()! : { message: each.publication.message.id, subscriptions: [] },
      );
      return { ...receipt, routed };
    });
}

function acknowledgesFirst(): Tamper {
  return (box) =>
    committing(box, (unit) => {
      if (unit.settle || unit.deploy || !unit.publish?.length) return box.commit(unit);
      void box.commit(unit).catch(() => {});
      const routed = unit.publish.map(({ message }) => ({ message: message.id, subscriptions: [] }));
      return Promise.resolve({
        routed,
        suspended: (unit.suspend ?? []).map(({ message }) => ({ message: message.id })),
      });
    });
}

/** Does what a taken lease forbids, though without settling what is no longer its own. */
function ignoresLeases(): Tamper {
  return (box) =>
    committing(box, async (unit) => {
      try {
        return await box.commit(unit);
      } catch (thrown) {
        if ((thrown as { code?: string }).code !== 'LEASE_LOST') throw thrown;
        return box.commit({ ...unit, settle: [] });
      }
    });
}

function ignoresFences(): Tamper {
  return (box) => committing(box, ({ owned: _, ...unit }) => box.commit(unit));
}

function forgetsKeys(): Tamper {
  return (box) =>
    committing(box, (unit) => {
      const publish = (unit.publish ?? []).map(({ keys: _, ...publication }) => publication);
      return box.commit({ ...unit, publish });
    });
}

function changesKeys(): Tamper {
  let count = 0;
  return (box) =>
    claiming(box, (delivery) => {
      if (delivery.work.kind !== 'message' || !delivery.subscriber.startsWith('send:')) return delivery;
      count += 1;
      const { message } = delivery.work;
      const context = withProperties(message.context, [
        [BUS.idempotencyKey, { value: `attempt ${count}`, promoted: false }],
      ]);
      return { ...delivery, work: { kind: 'message', message: { ...message, context } } };
    });
}

function leavesSubscriptions(): Tamper {
  return (box) =>
    committing(box, async (unit) => {
      const receipt = await box.commit(unit);
      for (const instance of (unit.instances ?? []).filter(hasEnded)) {
        const { id, subscriber } = instance;
        const where = [[{ property: 'receipt.number', op: '=', value: 'nothing' } as const]];
        await box.commit({ now: unit.now, subscribe: [{ id: `left by ${id}`, subscriber, where, instance: id }] });
      }
      return receipt;
    });
}

function neverPolls(): Tamper {
  return (box) => {
    const woken = new Set<string>();
    return {
      ...box,
      handOver: () => () => {},
      onWakeup: (listener) =>
        box.onWakeup((subscriber) => {
          woken.add(subscriber);
          listener(subscriber);
        }),
      claim: async (request) => (woken.delete(request.subscriber) ? box.claim(request) : []),
    };
  };
}

function putsOffRetries(): Tamper {
  return (box) =>
    committing(box, (unit) => {
      const settle = (unit.settle ?? []).map((each) =>
        each.as === 'retry' ? { ...each, at: Number.MAX_SAFE_INTEGER } : each,
      );
      return box.commit({ ...unit, settle });
    });
}

function movesInstances(): Tamper {
  return (box) => ({
    ...box,
    handOver: () => () => {},
    claim: async (request) => {
      const [deliveries, version] = await Promise.all([box.claim(request), box.deployed()]);
      return deliveries.map((each) =>
        each.instance && version ? { ...each, instance: { ...each.instance, version } } : each,
      );
    },
  });
}

function leavesTasks(): Tamper {
  return (box) =>
    committing(box, ({ operate, ...unit }) =>
      box.commit(unit.instances ? unit : { ...unit, ...(operate ? { operate } : {}) }),
    );
}

function dropsReturns(): Tamper {
  return (box) =>
    committing(box, async (unit) => {
      if (!unit.instances) return box.commit(unit);
      const suspend = (unit.suspend ?? []).filter(({ code }) => code !== 'INSTANCE_ENDED');
      return box.commit({ ...unit, suspend });
    });
}

/** What came in is settled by a commit of its own, after the step. */
function settlesApart(): Tamper {
  return (box) =>
    committing(box, async ({ settle, ...unit }) => {
      if (!unit.instances) return box.commit({ ...unit, ...(settle ? { settle } : {}) });
      const receipt = await box.commit(unit);
      await box.commit({ now: unit.now, ...(settle ? { settle } : {}) });
      return receipt;
    });
}

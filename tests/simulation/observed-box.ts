/** A MessageBox that writes down in the ledger what the store did for `who`, and counts what is under way in the store. */
import type { Delivery, MessageBox, Reaction, Unit } from '../../runtime/contracts/message-box.ts';
import { inspectionThrough } from './inspection-through.ts';
import type { Ledger } from './ledger.ts';

export interface UnderWay {
  count: number;
}

export function observed(inner: MessageBox, who: string, ledger: Ledger, underWay: UnderWay): MessageBox {
  async function counted<T>(call: Promise<T>): Promise<T> {
    underWay.count += 1;
    try {
      return await call;
    } finally {
      underWay.count -= 1;
    }
  }

  const grant = (delivery: Delivery) => ledger.granted(who, delivery);

  /** The store asks for the time of a unit when it begins to write it. */
  const noted = (unit: Unit): Unit => ({
    ...unit,
    get now() {
      ledger.writing = unit;
      return unit.now;
    },
  });

  function seen({ unit, done }: Reaction, delivery: Delivery): Reaction {
    const to = ledger.writing!;
    ledger.asked(unit);
    return {
      unit,
      done: (receipt) => {
        ledger.reacted(who, to, { delivery, unit, receipt });
        done?.(receipt);
      },
    };
  }

  return {
    commit: async (unit) => {
      ledger.asked(unit);
      const receipt = await counted(inner.commit(noted(unit)));
      ledger.committed(who, unit, receipt);
      return receipt;
    },
    claim: async (request) => {
      const deliveries = await counted(inner.claim(request));
      deliveries.forEach(grant);
      return deliveries;
    },
    handOver: (subscriber, taker) =>
      inner.handOver(subscriber, {
        ...taker,
        take: (delivery) => {
          grant(delivery);
          taker.take(delivery);
        },
        react: (delivery, read) => {
          const reaction = taker.react?.(delivery, read);
          return reaction && seen(reaction, delivery);
        },
      }),
    own: async (request) => {
      const names = await counted(inner.own(request));
      ledger.owns(who, names);
      return names;
    },
    disown: (host, names, now) => counted(inner.disown(host, names, now)),
    owners: () => counted(inner.owners()),
    deployed: () => counted(inner.deployed()),
    extend: (leases, until) => counted(inner.extend(leases, until)),
    read: (ids) => counted(inner.read(ids)),
    definition: (hash) => counted(inner.definition(hash)),
    purge: (request) => counted(inner.purge(request)),
    onWakeup: (listener) => inner.onWakeup(listener),
    inspection: inspectionThrough(inner.inspection, (_, ask) => counted(ask())),
    close: () => inner.close(),
  };
}

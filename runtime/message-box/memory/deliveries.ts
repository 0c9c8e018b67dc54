/** The deliveries of the memory store, with the indexes that claims and instances go by. */
import type { DeliveryRow, Tables } from '../tables.ts';
import type { Journal } from './journal.ts';
import { isOpen, type Records } from './records.ts';

type Deliveries = Pick<
  Tables,
  | 'addDelivery'
  | 'delivery'
  | 'changeDelivery'
  | 'leaseDelivery'
  | 'removeDelivery'
  | 'dueDeliveries'
  | 'openDeliveries'
  | 'exposedDelivery'
  | 'firstDelivery'
  | 'openTimer'
  | 'deliveriesOf'
>;

export function createDeliveries(records: Records, journal: Journal): Deliveries {
  const { deliveries, exposed, open, ofMessage, events } = records;
  let latest = 0;

  function index<K>(by: Map<K, Map<number, DeliveryRow>>, key: K | null, row: DeliveryRow, belongs: boolean): void {
    if (key === null) return;
    const rows = by.get(key) ?? new Map<number, DeliveryRow>();
    if (belongs) {
      if (!by.has(key)) journal.set(by, key, rows);
      journal.set(rows, row.seq, row);
    } else if (rows.has(row.seq)) {
      journal.delete(rows, row.seq);
      if (rows.size === 0) journal.delete(by, key);
    }
  }

  function put(row: DeliveryRow): void {
    journal.set(deliveries, row.seq, row);
    index(exposed, row.subscriber, row, row.exposed === 1);
    index(open, row.lane, row, isOpen(row));
    index(ofMessage, row.message, row, true);
  }

  const openOf = (lane: string) => [...(open.get(lane)?.values() ?? [])].sort(byRank);

  return {
    addDelivery: (row) => {
      latest += 1;
      const started = row.state === 'leased' ? 1 : 0;
      const added = { ...row, seq: latest, attempt: started, token: started };
      put(added);
      return added;
    },
    delivery: (seq) => deliveries.get(seq),
    changeDelivery: (row, change, told = []) => {
      put({ ...deliveries.get(row.seq)!, ...change });
      for (const event of told) journal.push(events, event);
    },
    leaseDelivery: (row, due, since) => {
      const held = { ...row, state: 'leased', attempt: row.attempt + 1, token: row.token + 1, due, since } as const;
      put(held);
      return held;
    },
    removeDelivery: (row) => {
      journal.delete(deliveries, row.seq);
      index(exposed, row.subscriber, row, false);
      index(open, row.lane, row, false);
    },
    dueDeliveries: (subscriber, now, limit) =>
      [...(exposed.get(subscriber)?.values() ?? [])]
        .filter(({ due }) => due <= now)
        .sort((a, b) => a.due - b.due || a.seq - b.seq)
        .slice(0, limit),
    openDeliveries: openOf,
    exposedDelivery: (lane) => openOf(lane).find((row) => row.exposed === 1),
    firstDelivery: (lane) => openOf(lane)[0],
    openTimer: (instance, timer) => openOf(instance).find((row) => row.timer === timer),
    deliveriesOf: (message) => [...(ofMessage.get(message)?.values() ?? [])],
  };
}

function byRank(a: DeliveryRow, b: DeliveryRow): number {
  return a.rank - b.rank || a.seq - b.seq;
}

/** The deliveries of the memory store, with the indexes that claims, lanes and instances go by. */
import type { DeliveryRow, Tables } from '../tables.ts';
import type { Journal } from './journal.ts';
import { isOpen, type Records } from './records.ts';
import { createSorted, type Sorted } from './sorted.ts';

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
  | 'gaps'
  | 'firstDelivery'
  | 'openTimer'
  | 'deliveriesOf'
>;

type Index = Map<string, Sorted<DeliveryRow>>;

export function createDeliveries(records: Records, journal: Journal): Deliveries {
  const { deliveries, exposed, shown, open, gaps, ofMessage, events } = records;
  let latest = 0;

  function file(index: Index, key: string, row: DeliveryRow, compare: Compare): void {
    const known = index.get(key);
    const rows = known ?? createSorted(compare);
    if (!known) journal.set(index, key, rows);
    rows.add(row);
    journal.did(() => rows.remove(row));
  }

  function unfile(index: Index, key: string, row: DeliveryRow): void {
    const rows = index.get(key)!;
    rows.remove(row);
    journal.did(() => rows.add(row));
    if (rows.items.length === 0) journal.delete(index, key);
  }

  function fileAll(row: DeliveryRow): void {
    if (row.exposed === 1) file(exposed, row.subscriber, row, byDue);
    if (row.lane === null) return;
    if (row.exposed === 1) journal.set(shown, row.lane, row.seq);
    if (isOpen(row)) file(open, row.lane, row, byRank);
    if (row.gap !== null) file(gaps, row.lane, row, bySeq);
  }

  function unfileAll(row: DeliveryRow): void {
    if (row.exposed === 1) unfile(exposed, row.subscriber, row);
    if (row.lane === null) return;
    if (row.exposed === 1 && shown.get(row.lane) === row.seq) journal.delete(shown, row.lane);
    if (isOpen(row)) unfile(open, row.lane, row);
    if (row.gap !== null) unfile(gaps, row.lane, row);
  }

  function put(row: DeliveryRow): void {
    const before = deliveries.get(row.seq);
    if (before) unfileAll(before);
    journal.set(deliveries, row.seq, row);
    fileAll(row);
    if (row.message === null) return;
    const own = ofMessage.get(row.message) ?? new Map<number, DeliveryRow>();
    if (own.size === 0) journal.set(ofMessage, row.message, own);
    journal.set(own, row.seq, row);
  }

  return {
    addDelivery: (row) => {
      latest += 1;
      const started = row.state === 'leased' ? 1 : 0;
      const added = { ...row, seq: latest, attempt: started, token: started, gap: null };
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
    removeDelivery: ({ seq }) => {
      unfileAll(deliveries.get(seq)!);
      journal.delete(deliveries, seq);
    },
    dueDeliveries: (subscriber, now, limit) => {
      const first = exposed.get(subscriber)?.items.slice(0, limit) ?? [];
      return first.filter(({ due }) => due <= now);
    },
    openDeliveries: (lane) => [...(open.get(lane)?.items ?? [])],
    exposedDelivery: (lane) => deliveries.get(shown.get(lane) ?? 0),
    gaps: (lane) => [...(gaps.get(lane)?.items ?? [])],
    firstDelivery: (lane) => open.get(lane)?.items[0],
    openTimer: (instance, timer) => open.get(instance)?.items.find((row) => row.timer === timer),
    deliveriesOf: (message) => [...(ofMessage.get(message)?.values() ?? [])],
  };
}

type Compare = (a: DeliveryRow, b: DeliveryRow) => number;

const bySeq: Compare = (a, b) => a.seq - b.seq;
const byRank: Compare = (a, b) => a.rank - b.rank || a.seq - b.seq;
const byDue: Compare = (a, b) => a.due - b.due || a.seq - b.seq;

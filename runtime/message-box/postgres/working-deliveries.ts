/** The deliveries of a working set: the rows that were loaded, and what the batch makes of them. */
import type { TrackingEvent } from '../../contracts/events.ts';
import type { Journal } from '../memory/journal.ts';
import type { DeliveryRow, Tables } from '../tables.ts';
import type { Leases } from './leases.ts';
import type { Loaded } from './loaded.ts';
import { ALL, needLane, needTimer, notLoaded, timerKey } from './needs.ts';

export type WorkingDeliveries = Pick<
  Tables,
  | 'addDelivery'
  | 'delivery'
  | 'changeDelivery'
  | 'removeDelivery'
  | 'openDeliveries'
  | 'exposedDelivery'
  | 'firstDelivery'
  | 'gaps'
  | 'openTimer'
  | 'deliveriesOf'
>;

export interface DeliveryChanges {
  /** As the transaction found them. */
  readonly before: ReadonlyMap<number, DeliveryRow>;
  /** Without those that were removed. */
  readonly after: ReadonlyMap<number, DeliveryRow>;
  readonly events: ReadonlyMap<number, readonly TrackingEvent[]>;
}

export interface DeliverySources {
  readonly loaded: Loaded;
  readonly leases: Leases;
  readonly journal: Journal;
  readonly takeSeq: () => number;
}

type Place = Pick<DeliveryRow, 'rank' | 'seq'>;

const isOpen = ({ state }: DeliveryRow) => state === 'ready' || state === 'leased';
const byRank = (a: Place, b: Place) => a.rank - b.rank || a.seq - b.seq;

export function createWorkingDeliveries(sources: DeliverySources): WorkingDeliveries & DeliveryChanges {
  const { loaded, leases, journal, takeSeq } = sources;
  const before = new Map(loaded.deliveries);
  const after = new Map<number, DeliveryRow>();
  const lanes = new Map<string, Map<number, DeliveryRow>>();
  const events = new Map<number, readonly TrackingEvent[]>();
  for (const row of loaded.deliveries.values()) place(row);
  const horizons = horizonsOf(loaded, openOf);

  /** As it was found: nothing that is ever undone. */
  function place(row: DeliveryRow): void {
    after.set(row.seq, row);
    if (row.lane === null) return;
    if (!lanes.has(row.lane)) lanes.set(row.lane, new Map());
    lanes.get(row.lane)!.set(row.seq, row);
  }

  function put(row: DeliveryRow): void {
    journal.set(after, row.seq, row);
    if (row.lane !== null) {
      if (!lanes.has(row.lane)) journal.set(lanes, row.lane, new Map());
      journal.set(lanes.get(row.lane)!, row.seq, row);
    }
  }

  function openOf(lane: string): DeliveryRow[] {
    return [...(lanes.get(lane)?.values() ?? [])].filter(isOpen).sort(byRank);
  }

  function loadedOf(lane: string): DeliveryRow[] {
    if (!loaded.lanes.has(lane)) throw notLoaded((needs) => needLane(needs, lane));
    return openOf(lane);
  }

  function find(seq: number): DeliveryRow | undefined {
    const row = after.get(seq);
    if (row || before.has(seq) || loaded.askedDeliveries.has(seq)) return row;
    const held = loaded.hopeful ? leases.row(seq) : undefined;
    if (!held) throw notLoaded((needs) => needs.deliveries.add(seq));
    before.set(seq, held);
    place(held);
    return held;
  }

  return {
    before,
    after,
    events,
    addDelivery: (added) => {
      const started = added.state === 'leased' ? 1 : 0;
      const row = { ...added, seq: takeSeq(), attempt: started, token: started, gap: null };
      put(row);
      return row;
    },
    delivery: find,
    changeDelivery: ({ seq }, change, told = []) => {
      put({ ...find(seq)!, ...change });
      if (told.length > 0) journal.set(events, seq, [...(events.get(seq) ?? []), ...told]);
    },
    removeDelivery: ({ seq, lane }) => {
      journal.delete(after, seq);
      if (lane !== null) journal.delete(lanes.get(lane)!, seq);
    },
    openDeliveries: (lane) => {
      const rows = loadedOf(lane);
      if (horizons.has(lane)) throw notLoaded((needs) => needLane(needs, lane, ALL));
      return rows;
    },
    exposedDelivery: (lane) => loadedOf(lane).find(({ exposed }) => exposed === 1),
    gaps: (lane) => {
      loadedOf(lane);
      const rows = [...(lanes.get(lane)?.values() ?? [])];
      return rows.filter(({ gap }) => gap !== null).sort((a, b) => a.seq - b.seq);
    },
    firstDelivery: (lane) => {
      const [first] = loadedOf(lane);
      const horizon = horizons.get(lane);
      if (!horizon || (first && byRank(first, horizon) <= 0)) return first;
      throw notLoaded((needs) => needLane(needs, lane, 8 * loaded.lanes.get(lane)!));
    },
    openTimer: (instance, timer) => {
      if (!loaded.timers.has(timerKey(instance, timer))) throw notLoaded((needs) => needTimer(needs, instance, timer));
      return openOf(instance).find((row) => row.timer === timer);
    },
    deliveriesOf: (message) => {
      const stored = loaded.deliveriesOf.get(message);
      if (!stored) throw notLoaded((needs) => needs.deliveriesOf.add(message));
      const own = [...after.values()].filter((row) => row.message === message);
      const known = new Set(own.map(({ seq }) => seq));
      return [...stored.filter(({ seq }) => !known.has(seq) && !before.has(seq)), ...own];
    },
  };
}

/** Lanes of which not all open deliveries were loaded: behind this one there may be others that are not known. */
function horizonsOf({ lanes }: Loaded, openOf: (lane: string) => DeliveryRow[]): Map<string, Place> {
  const horizons = new Map<string, Place>();
  for (const [lane, depth] of lanes) {
    const last = openOf(lane)[depth - 1];
    if (last) horizons.set(lane, last);
  }
  return horizons;
}

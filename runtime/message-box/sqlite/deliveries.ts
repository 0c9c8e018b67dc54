/** The deliveries of the SQLite store: every question that claims and instances ask is answered by a partial index. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Instant } from '../../contracts/clock.ts';
import type { DeliveryRow, MessageRef, Tables } from '../tables.ts';
import { APPENDED, encodeEvents } from './events.ts';
import { createFinalCounts, type FinalCounts } from './final-counts.ts';
import { createFinish } from './finish.ts';
import { createInsertDeliveries } from './insert-deliveries.ts';
import { createOpenLanes } from './open-lanes.ts';
import { createUpdate, latestSeq } from './statements.ts';

type Rows = Pick<
  Tables,
  | 'addDelivery'
  | 'delivery'
  | 'changeDelivery'
  | 'finishDeliveries'
  | 'writeDeliveries'
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

export interface Deliveries extends Rows {
  readonly finals: FinalCounts;
  /** All deliveries of a message, whatever their state. */
  removeOf(message: MessageRef): void;
  /** What is left of an instance's timers and signals. */
  removeRestOf(instance: string): void;
  /** Whoever held leases is gone: what they held is ready, in its old order. */
  releaseLeases(now?: Instant): void;
  rolledBack(): void;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const OPEN = "lane IS NOT NULL AND lane = ? AND state IN ('ready', 'leased')";

export function createDeliveries(database: DatabaseSync): Deliveries {
  const inserts = createInsertDeliveries(database);
  const select = (rest: string) => {
    const statement = database.prepare(`SELECT * FROM deliveries WHERE ${rest}`);
    return {
      all: (...values: SQLInputValue[]) => {
        inserts.write();
        return statement.all(...values) as unknown as DeliveryRow[];
      },
      get: (...values: SQLInputValue[]) => {
        inserts.write();
        return statement.get(...values) as unknown as DeliveryRow | undefined;
      },
    };
  };
  const remove = database.prepare('DELETE FROM deliveries WHERE seq = ?');
  const bySeq = select('seq = ?');
  const due = select('exposed = 1 AND subscriber = ? AND due <= ? ORDER BY due, seq LIMIT ?');
  const open = select(`${OPEN} ORDER BY rank, seq`);
  const first = select(`${OPEN} ORDER BY rank, seq LIMIT 1`);
  const exposed = select('lane IS NOT NULL AND lane = ? AND exposed = 1');
  const gaps = select('gap IS NOT NULL AND lane = ? ORDER BY seq');
  const timer = select(`instance = ? AND timer IS NOT NULL AND timer = ? AND state IN ('ready', 'leased')`);
  const ofMessage = select('message IS NOT NULL AND message = ? ORDER BY seq');
  const rest = select('instance IS NOT NULL AND instance = ? AND message IS NULL');
  const release = database.prepare(
    `UPDATE deliveries SET state = 'ready', due = rank, since = coalesce(?, since) WHERE exposed = 1 AND state = 'leased'`,
  );
  const lease = database.prepare(
    `UPDATE deliveries SET state = 'leased', attempt = ?, token = ?, due = ?, since = ? WHERE seq = ?`,
  );
  const update = createUpdate(database, 'deliveries', { events: APPENDED });
  const finish = createFinish(database);
  const finals = createFinalCounts(database);
  const lanes = createOpenLanes();
  let latest = latestSeq(database, 'deliveries');
  /** Rows under lease as they stand in the table: this process alone writes it, and settling asks for each of them. */
  const leased = new Map<number, DeliveryRow>();

  function remember(changed: DeliveryRow): void {
    if (changed.state === 'leased') leased.set(changed.seq, changed);
    else leased.delete(changed.seq);
  }

  function gone(row: DeliveryRow): void {
    const { seq, subscriber, state } = row;
    inserts.write();
    leased.delete(seq);
    remove.run(seq);
    finals.removed(subscriber, state);
    lanes.removed(row);
  }

  function firstOf(lane: string): DeliveryRow | undefined {
    if (lanes.isEmpty(lane)) return undefined;
    const found = first.get(lane);
    if (!found) lanes.foundEmpty(lane);
    return found;
  }

  return {
    finals,
    addDelivery: (added) => {
      latest += 1;
      const started = added.state === 'leased' ? 1 : 0;
      const made = { ...added, seq: latest, attempt: started, token: started, gap: null };
      inserts.add(made);
      if (started === 1) leased.set(latest, made);
      lanes.added(made);
      return made;
    },
    delivery: (seq) => leased.get(seq) ?? bySeq.get(seq),
    changeDelivery: (before, change, events = []) => {
      if (!inserts.asChanged(before, change, events))
        update(before.seq, events.length === 0 ? change : { ...change, events: encodeEvents(events) });
      remember({ ...before, ...change });
      if (change.state === undefined) return;
      finals.changed(before.subscriber, change.state);
      lanes.changed(before, change.state);
    },
    finishDeliveries: (finished, now) => {
      const done = { state: 'done', since: now } as const;
      finish(
        finished.filter(({ row, events }) => !inserts.asChanged(row, done, events)),
        now,
      );
      for (const { row } of finished) {
        leased.delete(row.seq);
        finals.changed(row.subscriber, 'done');
      }
    },
    leaseDelivery: (row, until, now) => {
      const held = row as Writable<DeliveryRow>; // Fresh from the table and nobody else's, so it need not be copied.
      held.state = 'leased';
      held.attempt += 1;
      held.token += 1;
      held.due = until;
      held.since = now;
      lease.run(held.attempt, held.token, until, now, held.seq);
      leased.set(held.seq, held);
      return held;
    },
    removeDelivery: gone,
    removeOf: (message) => {
      for (const row of ofMessage.all(message)) gone(row);
    },
    removeRestOf: (instance) => {
      for (const row of rest.all(instance)) gone(row);
    },
    writeDeliveries: inserts.write,
    rolledBack: () => {
      inserts.rolledBack();
      leased.clear();
      finals.rolledBack();
      lanes.rolledBack();
    },
    dueDeliveries: (subscriber, now, limit) => due.all(subscriber, now, limit),
    openDeliveries: (lane) => (lanes.isEmpty(lane) ? [] : open.all(lane)),
    exposedDelivery: (lane) => (lanes.isEmpty(lane) ? undefined : exposed.get(lane)),
    gaps: (lane) => gaps.all(lane),
    firstDelivery: firstOf,
    openTimer: (instance, name) => timer.get(instance, name),
    deliveriesOf: (message) => ofMessage.all(message),
    releaseLeases: (now) => void release.run(now ?? null),
  };
}

/**
 * New deliveries. One that is leased from the start is put off until the end of its unit, or until somebody asks for rows: if a
 * reaction settles it meanwhile, it is inserted as done, and never enters the indexes of what is open.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { TrackingEvent } from '../../contracts/events.ts';
import { DELIVERY_COLUMNS, type DeliveryChange, type DeliveryRow } from '../tables.ts';
import { encodeEvents } from './events.ts';

export interface InsertDeliveries {
  add(row: DeliveryRow): void;
  /** Inserts a row that was put off as the change leaves it; false: the row is in the table, or is to be changed there. */
  asChanged(row: DeliveryRow, change: DeliveryChange, events: readonly TrackingEvent[]): boolean;
  /** What was put off is in the table from now on. */
  write(): void;
  rolledBack(): void;
}

export function createInsertDeliveries(database: DatabaseSync): InsertDeliveries {
  const insert = database.prepare(
    `INSERT INTO deliveries (${DELIVERY_COLUMNS.join(', ')}) VALUES (${DELIVERY_COLUMNS.map(() => '?').join(', ')})`,
  );
  /** Of a message to a port: most are such, and what is bound costs time. */
  const insertPlain = database.prepare(
    `INSERT INTO deliveries (seq, message, subscriber, subscription, state, attempt, token, rank, due, since, exposed,
     resumable) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  const insertDone = database.prepare(
    `INSERT INTO deliveries (seq, message, subscriber, subscription, instance, lane, state, attempt, token, rank, due, since, events,
     exposed, resumable) VALUES (?, ?, ?, ?, ?, ?, 'done', ?, ?, ?, ?, ?, ?, 0, 0)`,
  );
  const putOff = new Map<number, DeliveryRow>();

  function put(row: DeliveryRow): void {
    const { seq, message, timer, signal, subscriber, subscription, instance, lane, state, attempt, token } = row;
    const { rank, due, since, code, reason, resumable, exposed } = row;
    if (lane === null && code === null && signal === null && timer === null)
      insertPlain.run(seq, message, subscriber, subscription, state, attempt, token, rank, due, since, exposed);
    else
      // biome-ignore format: the order of DELIVERY_COLUMNS
      insert.run(
        seq, message, timer, signal, subscriber, subscription, instance, lane, state, attempt, token,
        rank, due, since, code, reason, resumable, exposed,
      );
  }

  function write(): void {
    if (putOff.size === 0) return;
    for (const row of putOff.values()) put(row);
    putOff.clear();
  }

  return {
    add: (row) => void (row.state === 'leased' ? putOff.set(row.seq, row) : put(row)),
    asChanged: (row, { state, since = row.since }, events) => {
      if (!putOff.has(row.seq)) return false;
      if (state !== 'done') {
        write();
        return false;
      }
      putOff.delete(row.seq);
      const { seq, message, subscriber, subscription, instance, lane, attempt, token, rank, due } = row;
      const told = events.length === 0 ? null : `[${encodeEvents(events)}`;
      // biome-ignore format: the order of the columns
      insertDone.run(
        seq, message, subscriber, subscription, instance, lane, attempt, token, rank, due, since, told,
      );
      return true;
    },
    write,
    rolledBack: () => putOff.clear(),
  };
}

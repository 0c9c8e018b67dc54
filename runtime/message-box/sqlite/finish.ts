/**
 * Settles what is done. Deliveries that were made together lie side by side, and what is told of them is mostly the same: a batch of a
 * thousand that one file carried is one statement rather than a thousand.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../contracts/clock.ts';
import type { FinishedDelivery } from '../tables.ts';
import { APPENDED, encodeEvents } from './events.ts';

/** Neighbours of whom the same is told. */
interface Range {
  readonly from: number;
  to: number;
  /** Encoded; empty: nothing. */
  readonly events: string;
}

export function createFinish(database: DatabaseSync): (finished: readonly FinishedDelivery[], now: Instant) => void {
  const finish = (more: string) =>
    database.prepare(`UPDATE deliveries SET state = 'done', since = ?, exposed = 0${more} WHERE seq BETWEEN ? AND ?`);
  const silently = finish('');
  const telling = finish(`, events = ${APPENDED}`);
  return (finished, now) => {
    for (const { from, to, events } of rangesOf(finished)) {
      if (events === '') silently.run(now, from, to);
      else telling.run(now, events, from, to);
    }
  };
}

function rangesOf(finished: readonly FinishedDelivery[]): Range[] {
  const ranges: Range[] = [];
  for (const { row, events } of finished) {
    const told = events.length === 0 ? '' : encodeEvents(events);
    const last = ranges.at(-1);
    if (last && last.to + 1 === row.seq && last.events === told) last.to = row.seq;
    else ranges.push({ from: row.seq, to: row.seq, events: told });
  }
  return ranges;
}

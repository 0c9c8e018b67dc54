/**
 * How many deliveries of each subscriber are done or terminated. They are by far the most, so they are counted once and
 * followed from then on; a transaction that is undone makes the next question count anew.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { RowState } from '../tables.ts';

export interface FinalCount {
  readonly subscriber: string;
  readonly state: 'done' | 'terminated';
  count: number;
}

export interface FinalCounts {
  /** A delivery has changed its state; none ever leaves a final one. */
  changed(subscriber: string, to: RowState): void;
  removed(subscriber: string, state: RowState): void;
  all(): FinalCount[];
  rolledBack(): void;
}

export function createFinalCounts(database: DatabaseSync): FinalCounts {
  const select = database.prepare(
    `SELECT subscriber, state, count(*) AS count FROM deliveries WHERE state IN ('done', 'terminated')
     GROUP BY subscriber, state ORDER BY min(seq)`,
  );
  let counts: Map<string, FinalCount> | undefined;

  const keyOf = (subscriber: string, state: string) => `${state} ${subscriber}`;

  function load(): Map<string, FinalCount> {
    const rows = select.all() as unknown as FinalCount[];
    return new Map(rows.map((row) => [keyOf(row.subscriber, row.state), { ...row }]));
  }

  return {
    changed: (subscriber, state) => {
      if (!counts || (state !== 'done' && state !== 'terminated')) return;
      const key = keyOf(subscriber, state);
      const known = counts.get(key);
      if (known) known.count += 1;
      else counts.set(key, { subscriber, state, count: 1 });
    },
    removed: (subscriber, state) => {
      const known = counts?.get(keyOf(subscriber, state));
      if (known) known.count -= 1;
    },
    all: () => {
      counts ??= load();
      return [...counts.values()].filter(({ count }) => count > 0).map((entry) => ({ ...entry }));
    },
    rolledBack: () => {
      counts = undefined;
    },
  };
}

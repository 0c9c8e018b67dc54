/** The subscribers that an operator has stopped, of the SQLite store. They are few, and every claim asks: all are in memory. */
import type { DatabaseSync } from 'node:sqlite';
import type { Stopped } from '../../contracts/inspection.ts';
import type { Tables } from '../tables.ts';

export interface StoppedTable extends Pick<Tables, 'isStopped' | 'putStopped' | 'removeStopped' | 'stopped'> {
  rolledBack(): void;
}

export function createStopped(database: DatabaseSync): StoppedTable {
  const select = database.prepare('SELECT subscriber, since FROM stopped ORDER BY subscriber');
  const insert = database.prepare('INSERT INTO stopped (subscriber, since) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const remove = database.prepare('DELETE FROM stopped WHERE subscriber = ?');
  /** Read when first asked, and again after a change. */
  let known: readonly Stopped[] | undefined;

  const all = () => {
    known ??= (select.all() as unknown as Stopped[]).map((row) => ({ ...row }));
    return known;
  };
  const forget = () => {
    known = undefined;
  };

  return {
    isStopped: (subscriber) => all().some((entry) => entry.subscriber === subscriber),
    putStopped: ({ subscriber, since }) => {
      insert.run(subscriber, since);
      forget();
    },
    removeStopped: (subscriber) => {
      remove.run(subscriber);
      forget();
    },
    stopped: () => [...all()],
    rolledBack: forget,
  };
}

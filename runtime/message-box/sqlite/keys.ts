/** The dedupe keys of the SQLite store. */
import type { DatabaseSync } from 'node:sqlite';
import type { PurgeTables } from '../purge-tables.ts';
import type { Tables } from '../tables.ts';

export type Keys = Pick<Tables, 'keyOwner' | 'putKey'> & Pick<PurgeTables, 'removeKeys' | 'countKeys'>;

export function createKeys(database: DatabaseSync): Keys {
  const select = database.prepare('SELECT message FROM keys WHERE scope = ? AND key = ?');
  const insert = database.prepare(
    'INSERT INTO keys (scope, key, message, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const remove = database.prepare(
    'DELETE FROM keys WHERE (scope, key) IN (SELECT scope, key FROM keys WHERE at < ? ORDER BY at LIMIT ?)',
  );
  const count = database.prepare('SELECT count(*) AS count FROM keys WHERE at < ?');
  return {
    keyOwner: ({ scope, key }) => select.get(scope, key)?.['message'] as string | undefined,
    putKey: ({ scope, key }, message, at) => void insert.run(scope, key, message, at),
    removeKeys: (before, limit) => Number(remove.run(before, limit).changes),
    countKeys: (before) => Number(count.get(before)!['count']),
  };
}

/** The dedupe keys of the SQLite store. */
import type { DatabaseSync } from 'node:sqlite';
import type { PurgeTables } from '../purge-tables.ts';
import type { Tables } from '../tables.ts';

export type Keys = Pick<Tables, 'keyOwner' | 'putKey'> & Pick<PurgeTables, 'removeKeys' | 'countKeys'>;

export function createKeys(database: DatabaseSync): Keys {
  const select = database.prepare('SELECT message FROM keys WHERE scope = ? AND key = ? AND at >= ?');
  const insert = database.prepare(
    'INSERT INTO keys (scope, key, message, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const forget = database.prepare('DELETE FROM keys WHERE scope = ? AND key = ? AND at < ?');
  const remove = database.prepare(
    'DELETE FROM keys WHERE (scope, key) IN (SELECT scope, key FROM keys WHERE at < ? ORDER BY at LIMIT ?)',
  );
  const count = database.prepare('SELECT count(*) AS count FROM keys WHERE at < ?');
  return {
    keyOwner: ({ scope, key, notBefore = 0 }) => select.get(scope, key, notBefore)?.['message'] as string | undefined,
    putKey: ({ scope, key, notBefore }, message, at) => {
      if (notBefore !== undefined) forget.run(scope, key, notBefore);
      insert.run(scope, key, message, at);
    },
    removeKeys: (before, limit) => Number(remove.run(before, limit).changes),
    countKeys: (before) => Number(count.get(before)!['count']),
  };
}

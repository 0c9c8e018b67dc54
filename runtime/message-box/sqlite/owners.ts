/** The owners of names, and the current definition, of the SQLite store. */
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../contracts/clock.ts';
import type { OwnerRow, Tables } from '../tables.ts';

export interface Owners extends Pick<Tables, 'owner' | 'putOwner' | 'owners' | 'current' | 'putCurrent'> {
  /** Whoever held something is dead: one process alone has the file. Fences stay. */
  releaseOwners(now?: Instant): void;
}

const COLUMNS = 'name, host, fence, since, until';

export function createOwners(database: DatabaseSync): Owners {
  const select = database.prepare(`SELECT ${COLUMNS} FROM owners WHERE name = ?`);
  const all = database.prepare(`SELECT ${COLUMNS} FROM owners ORDER BY name`);
  const put = database.prepare(
    `INSERT INTO owners (${COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
     host = excluded.host, fence = excluded.fence, since = excluded.since, until = excluded.until`,
  );
  const current = database.prepare('SELECT hash FROM deployed');
  const putCurrent = database.prepare(
    'INSERT INTO deployed (slot, hash) VALUES (1, ?) ON CONFLICT (slot) DO UPDATE SET hash = excluded.hash',
  );
  const release = database.prepare(
    'UPDATE owners SET host = NULL, since = coalesce(?, since), until = coalesce(?, since) WHERE host IS NOT NULL',
  );
  return {
    owner: (name) => {
      const row = select.get(name) as unknown as OwnerRow | undefined;
      return row && { ...row };
    },
    putOwner: ({ name, host, fence, since, until }) => void put.run(name, host, fence, since, until),
    owners: () => (all.all() as unknown as OwnerRow[]).map((row) => ({ ...row })),
    current: () => current.get()?.['hash'] as string | undefined,
    putCurrent: (hash) => void putCurrent.run(hash),
    releaseOwners: (now = undefined) => void release.run(now ?? null, now ?? null),
  };
}

/** Brings the schema of a file to a version, forward or back, in one transaction: all of it happens or none of it does. */
import { DatabaseSync } from 'node:sqlite';
import { busError } from '../../errors/bus-error.ts';
import { recognise, stamp } from './database.ts';
import { asOpenError } from './errors.ts';
import { STEPS } from './schema.ts';

export interface Migrated {
  readonly from: number;
  readonly to: number;
}

/** Throws BusError STORE_IN_USE, STORE_NEWER, STORE_CORRUPT, STORE_NO_WAY_BACK; then the file is as it was. */
export function migrateSqlite(path: string, to: number): Migrated {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    const from = recognise(database, path);
    if (from === 0) throw busError('STORE_CORRUPT', { path, reason: 'it is empty' });
    if (to < 1 || to > STEPS.length) throw busError('STORE_NO_WAY_BACK', { path, from, to, known: STEPS.length });
    database.exec('BEGIN IMMEDIATE');
    for (let version = from; version < to; version += 1) STEPS[version]!.up(database);
    for (let version = from; version > to; version -= 1) STEPS[version - 1]!.down!(database);
    stamp(database, to);
    database.exec('COMMIT');
    return { from, to };
  } catch (thrown) {
    throw asOpenError(thrown, path);
  } finally {
    database?.close();
  }
}

/**
 * The MessageBox in one SQLite file, with nothing to install. Durable when `commit` resolves. One process owns the file
 * while it is open; when that process dies, even by kill -9, the next one takes over at once.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../contracts/clock.ts';
import { type Box, createBox } from './box.ts';
import type { BoxTables } from './box-tables.ts';
import { createBackups } from './sqlite/backup.ts';
import { openDatabase } from './sqlite/database.ts';
import { asOpenError, asStoreError } from './sqlite/errors.ts';
import { createLogSync } from './sqlite/log-sync.ts';
import { createSqliteTables } from './sqlite/tables.ts';

export interface SqliteOptions {
  /** Dates the deliveries that a dead process had under way and that are ready again. Default: when they were claimed. */
  now?(): Instant;
  /** How large (bytes) the file may grow; beyond it commits reject with STORE_FULL. Default: as the disk has room. */
  readonly maxBytes?: number;
}

/** Found by measuring: more turns save no more, and one publisher alone does not feel these. */
const TURNS = 4;

/** Chunks that are removed in one transaction when the store is opened. */
const SWEPT = 64;

/** Throws BusError STORE_IN_USE, STORE_NEWER, STORE_CORRUPT or STORE_NOT_OPENED. */
export function openSqlite(path: string, options: SqliteOptions = {}): Box {
  const database = openDatabase(path, options.maxBytes);
  try {
    return openBox(database, path, options);
  } catch (thrown) {
    database.close();
    throw asOpenError(thrown, path); // Damage may show only when the tables are read.
  }
}

function openBox(database: DatabaseSync, path: string, options: SqliteOptions): Box {
  const tables = createSqliteTables(database);
  tables.releaseLeases(options.now?.());
  tables.releaseOwners(options.now?.());
  sweep(tables);
  const log = createLogSync(path);
  const backups = createBackups(database, path);
  const close = () => {
    log.close();
    tables.close();
    backups.release();
  };
  return createBox({ ...tables, close }, { asError: asStoreError, turns: TURNS, sync: log.sync, backups });
}

/** What was staged for a unit that never came: whoever staged it is gone. In steps, so that the log stays short. */
function sweep(tables: Pick<BoxTables, 'begin' | 'commit' | 'sweepParts'>): void {
  for (let removed = SWEPT; removed >= SWEPT; ) {
    tables.begin();
    removed = tables.sweepParts(Number.MAX_SAFE_INTEGER, SWEPT);
    tables.commit();
  }
}

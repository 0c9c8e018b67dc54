/** Opens the file: takes it for this process alone, sees that it is a MessageBox, and brings it to today's schema. */
import { DatabaseSync } from 'node:sqlite';
import { busError } from '../../errors/bus-error.ts';
import { asOpenError } from './errors.ts';
import { APPLICATION_ID, STEPS } from './schema.ts';

/** Pages of the log after which it is carried over to the file. */
export const CHECKPOINT = 4000;

/**
 * WAL; log-sync.ts syncs it before anybody is told of a commit. The exclusive lock is the operating system's, so it ends with the process. The log is
 * carried over to the file every 32 MiB or so: seldom enough to be cheap, often enough to be short.
 */
const SETTINGS = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = ${CHECKPOINT};
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -32768;
PRAGMA temp_store = MEMORY;
`;

const PAGE = 8192;

export function openDatabase(path: string, maxBytes?: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = ${PAGE};`);
    recognise(database, path);
    database.exec(SETTINGS);
    migrate(database);
    if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE)}`);
    return database;
  } catch (thrown) {
    database?.close();
    throw asOpenError(thrown, path);
  }
}

/** The version of its schema; 0 of an empty file. Reads only: a file that is not ours stays as it is. */
export function recognise(database: DatabaseSync, path: string): number {
  const empty = number(database, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (!empty && number(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw busError('STORE_CORRUPT', { path, reason: 'it is the database of another program' });
  }
  const found = number(database, 'PRAGMA user_version');
  if (found > STEPS.length) throw busError('STORE_NEWER', { path, found, known: STEPS.length });
  return found;
}

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const version = number(database, 'PRAGMA user_version');
  for (const step of STEPS.slice(version)) step.up(database);
  stamp(database, STEPS.length);
  database.exec('COMMIT');
}

/** Says in the file whose it is and which version of the schema it has. */
export function stamp(database: DatabaseSync, version: number): void {
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`);
}

function number(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0]);
}

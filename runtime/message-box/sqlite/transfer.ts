/** The SQLite store as rows: its tables are named and ordered as transfer.ts has them. */
import { existsSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { busError } from '../../errors/bus-error.ts';
import type { TransferKind, TransferRow, TransferSource, TransferTarget, TransferValue } from '../transfer.ts';
import { openDatabase } from './database.ts';
import { asStoreError } from './errors.ts';

/** Rows of a batch at most; a batch also ends when it holds so many bytes. */
const ROWS = 500;
const BYTES = 2_097_152;

/** Takes the file for itself, and brings it to today's schema. Throws BusError as opening a store does. */
export function openSqliteSource(path: string): TransferSource {
  if (!existsSync(path)) throw busError('STORE_NOT_OPENED', { path, reason: 'there is no such file' });
  const database = openDatabase(path);
  return { path, rows: (kind) => read(database, kind), close: async () => database.close() };
}

/** Under a work name until it is accepted. Throws BusError STORE_NOT_EMPTY when there is such a file. */
export function openSqliteTarget(path: string): TransferTarget {
  if (existsSync(path)) throw busError('STORE_NOT_EMPTY', { path });
  const work = `${path}.part`;
  discard(work);
  const database = openDatabase(work);
  let accepted = false;
  return {
    path,
    rows: (kind) => read(database, kind),
    write: async (kind, rows) => write(database, kind, rows),
    finish: async () => void database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)'),
    accept: async () => {
      database.exec('PRAGMA journal_mode = DELETE');
      database.close();
      await using file = await open(work, 'r');
      await file.sync();
      await rename(work, path);
      accepted = true;
    },
    close: async () => {
      if (accepted) return;
      if (database.isOpen) database.close();
      discard(work);
    },
  };
}

function discard(work: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${work}${suffix}`, { force: true });
}

/** What nothing refers to stays behind: it was on its way out. */
const KEPT: Readonly<Record<string, string>> = {
  parts: 'refs > 0',
  chunks: 'part IN (SELECT seq FROM parts WHERE refs > 0)',
};

async function* read(database: DatabaseSync, { name, columns, key }: TransferKind): AsyncGenerator<TransferRow[]> {
  const select = database.prepare(
    `SELECT ${columns.join(', ')} FROM ${name} WHERE ${KEPT[name] ?? 'true'} ORDER BY ${key.join(', ')}`,
  );
  select.setReturnArrays(true);
  let batch: TransferRow[] = [];
  let bytes = 0;
  for (const row of select.iterate() as Iterable<unknown> as Iterable<TransferRow>) {
    batch.push(row);
    bytes += row.reduce((sum: number, value) => sum + sizeOf(value), 0);
    if (batch.length < ROWS && bytes < BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function sizeOf(value: TransferValue): number {
  return typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 8;
}

function write(database: DatabaseSync, { name, columns }: TransferKind, rows: readonly TransferRow[]): void {
  const places = columns.map(() => '?').join(', ');
  const insert = database.prepare(`INSERT INTO ${name} (${columns.join(', ')}) VALUES (${places})`);
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const row of rows) insert.run(...row);
    database.exec('COMMIT');
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw asStoreError(thrown);
  }
}

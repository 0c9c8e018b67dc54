/** Puts a backup in the place of a store that no bus has open: verified first, whole or not at all. */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import type { StoreReport } from '../store-report.ts';
import { asOpenError } from './errors.ts';
import { verifySqlite } from './verify.ts';

/** Throws BusError STORE_UNSOUND, STORE_EXISTS, STORE_IN_USE, STORE_COPY_FAILED, or what verifying throws. */
export function restoreSqlite(from: string, to: string, { force = false } = {}): StoreReport {
  const report = verifySqlite(from);
  if (report.problems.length > 0) {
    throw busError('STORE_UNSOUND', { path: from, problems: report.problems.join('; ') });
  }
  if (existsSync(to)) {
    refuseInUse(to);
    if (!force) throw busError('STORE_EXISTS', { path: to });
  }
  const work = `${to}.part`;
  try {
    copyFileSync(from, work);
    flush(work);
    for (const suffix of ['-wal', '-shm']) rmSync(`${to}${suffix}`, { force: true });
    renameSync(work, to);
    flush(dirname(to));
  } catch (thrown) {
    rmSync(work, { force: true });
    throw busError('STORE_COPY_FAILED', { path: to, reason: reasonOf(thrown) }, { cause: thrown });
  }
  return report;
}

/** What is no readable store may be replaced: that is what a backup is for. */
function refuseInUse(path: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK');
  } catch (thrown) {
    const error = asOpenError(thrown, path);
    if (isBusError(error) && error.code === 'STORE_IN_USE') throw error;
  } finally {
    database?.close();
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * A copy of the file while it is in use: the file itself, which changes only when the log is carried over to it, and then the
 * log. Carrying over waits meanwhile, commits do not. The copy is what a crash at that instant would have left, and SQLite
 * makes one file of it as it does after a crash. Source: sqlite.org/wal.html, sqlite.org/walformat.html.
 */
import { closeSync, fstat, openSync, read as readCallback } from 'node:fs';
import { access, link, open, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { CHECKPOINT } from './database.ts';

const PIECE = 1_048_576;

/** Opening the copy carries its log over, and that may take a while: not on the thread of the bus. */
const FOLD = `
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(require('node:worker_threads').workerData);
database.exec('PRAGMA journal_mode = DELETE');
database.close();
`;

export interface Backups {
  /** Rejects with STORE_EXISTS or STORE_COPY_FAILED; then nothing is left of the copy. One at a time; others wait their turn. */
  write(path: string): Promise<void>;
  /** Gives up what is under way: closing the database changes the file. */
  stop(): Promise<void>;
  /** After the database was closed. */
  release(): void;
}

/**
 * `source`: the file of the database. Once opened it stays open: whoever closes a file gives up all locks that his process has
 * on it, SQLite's too. Source: sqlite.org/howtocorrupt.html, 2.2.
 */
export function createBackups(database: DatabaseSync, source: string): Backups {
  const stopping = new AbortController();
  let file: number | undefined;
  let turn: Promise<void> = Promise.resolve();
  return {
    write: (path) => {
      const writing = turn.then(() => {
        file ??= openSync(source, 'r');
        return backUp({ database, file, log: `${source}-wal`, signal: stopping.signal }, path);
      });
      turn = writing.catch(() => {}); // Whoever asked for it is told.
      return writing;
    },
    stop: () => {
      stopping.abort(new Error('the bus is stopping'));
      return turn;
    },
    release: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

interface Source {
  readonly database: DatabaseSync;
  readonly file: number;
  readonly log: string;
  readonly signal: AbortSignal;
}

async function backUp(source: Source, path: string): Promise<void> {
  const work = `${path}.part`;
  try {
    if (await exists(path)) throw busError('STORE_EXISTS', { path });
    await discard(work);
    await copyBoth(source, work);
    await fold(work);
    await flush(work);
    await link(work, path);
    await unlink(work);
    await flush(dirname(path));
  } catch (thrown) {
    await discard(work).catch(() => {}); // What went wrong before says more.
    throw asCopyError(thrown, path);
  }
}

async function copyBoth({ database, file, log, signal }: Source, work: string): Promise<void> {
  database.exec('PRAGMA wal_autocheckpoint = 0');
  try {
    await copy(file, work, signal);
    await using opened = await open(log, 'r'); // SQLite has no lock on it.
    await copy(opened.fd, `${work}-wal`, signal);
  } finally {
    if (database.isOpen) database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT}`);
  }
}

const read = promisify(readCallback);
const stat = promisify(fstat);

/** As far as it reaches when this begins: what is appended while it is copied would never end. */
async function copy(source: number, to: string, signal: AbortSignal): Promise<void> {
  await using target = await open(to, 'wx', 0o600);
  const piece = Buffer.allocUnsafe(PIECE);
  const { size } = await stat(source);
  for (let at = 0; at < size; ) {
    signal.throwIfAborted();
    const { bytesRead } = await read(source, piece, 0, Math.min(PIECE, size - at), at);
    if (bytesRead === 0) return;
    for (let done = 0; done < bytesRead; ) {
      done += (await target.write(piece, done, bytesRead - done, at + done)).bytesWritten;
    }
    at += bytesRead;
  }
}

function fold(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    new Worker(FOLD, { eval: true, workerData: path })
      .once('error', reject)
      .once('exit', (code) => (code === 0 ? resolve() : reject(new Error('the copy could not be opened'))));
  });
}

async function discard(work: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${work}${suffix}`, { force: true });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return false;
      throw thrown;
    },
  );
}

async function flush(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
}

function asCopyError(thrown: unknown, path: string): Error {
  if (isBusError(thrown)) return thrown;
  if ((thrown as NodeJS.ErrnoException | null)?.code === 'EEXIST') return busError('STORE_EXISTS', { path });
  return busError('STORE_COPY_FAILED', { path, reason: reasonOf(thrown) }, { cause: thrown });
}

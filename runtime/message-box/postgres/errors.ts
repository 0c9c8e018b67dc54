/** What PostgreSQL's SQLSTATEs and a lost connection mean to the bus. Source: postgresql.org/docs/15/errcodes-appendix.html */
import type { BusError } from '../../contracts/errors.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';

const DISK_FULL = '53100';
const LOCK_NOT_AVAILABLE = '55P03';
/** Raised by the guards of a write: a row is not as it was thought to be. */
export const GUARD = 'GH001';
/** Serialisation, deadlock, unique violation, and our own guard: another was quicker. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', '23505', GUARD]);

export function sqlState(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : undefined;
}

/** Another transaction was quicker: what this one went by is to be looked at again. */
export const isConflict = (thrown: unknown) => CONFLICTS.has(sqlState(thrown) ?? '');

/** Another held a lock for too long: no fault of any unit, so that trying them one by one would take as long each. */
export const isInTheWay = (thrown: unknown) => sqlState(thrown) === LOCK_NOT_AVAILABLE;

const LOST = Symbol('lost');

/**
 * No connection could be made; or it broke in the middle of something that can be done again; or it broke while committing,
 * and nobody knows what came of it.
 */
export type Loss = 'unreachable' | 'broken' | 'unknown';

export function lost(thrown: unknown, how: Loss): Error {
  const error = new Error(reasonOf(thrown) || 'the connection was lost', { cause: thrown });
  return Object.assign(error, { [LOST]: how });
}

export function lossOf(thrown: unknown): Loss | undefined {
  return Error.isError(thrown) ? (thrown as { [LOST]?: Loss })[LOST] : undefined;
}

export const isLost = (thrown: unknown) => lossOf(thrown) !== undefined;
export const mayTryAgain = (thrown: unknown) => lossOf(thrown) === 'broken';

/** The server ended the session: shutdown, crash, or an administrator. */
export const endsSession = (thrown: unknown) => /^(57P0|08)/.test(sqlState(thrown) ?? '08');

export interface StoreErrors {
  asStoreError(thrown: unknown): BusError;
  asOpenError(thrown: unknown): BusError;
  /** The address without its password. */
  readonly path: string;
}

/** Throws STORE_NOT_OPENED for what is no address. No text ever holds the password of `url`. */
export function storeErrors(url: string): StoreErrors {
  const address = parsed(url);
  const secrets = [address.password, decodeURIComponent(address.password)].filter((secret) => secret !== '');
  address.password = '';
  address.search = '';
  const path = address.href;
  const scrubbed = (thrown: unknown) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, '***'), reasonOf(thrown) || String(thrown));

  return {
    path,
    asStoreError: (thrown) => {
      if (isBusError(thrown)) return thrown;
      const code = sqlState(thrown) === DISK_FULL ? 'STORE_FULL' : 'STORE_FAILED';
      return busError(code, { reason: scrubbed(thrown) });
    },
    asOpenError: (thrown) => {
      if (isBusError(thrown)) return thrown;
      const code = sqlState(thrown) === DISK_FULL ? 'STORE_FULL' : 'STORE_NOT_OPENED';
      return busError(code, { path, reason: scrubbed(thrown) });
    },
  };
}

function parsed(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw busError('STORE_NOT_OPENED', { path: 'The store', reason: 'its address is not a URL' });
  }
}

/** What SQLite's result codes mean to the bus. Source: sqlite.org/rescode.html; extended codes have theirs in the low byte. */
import type { BusError } from '../../contracts/errors.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';

const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

export function asStoreError(thrown: unknown): BusError {
  if (isBusError(thrown)) return thrown;
  const code = resultCode(thrown) === FULL ? 'STORE_FULL' : 'STORE_FAILED';
  return busError(code, { reason: reasonOf(thrown) }, { cause: thrown });
}

export function asOpenError(thrown: unknown, path: string): BusError {
  if (isBusError(thrown)) return thrown;
  const values = { path, reason: reasonOf(thrown) };
  const result = resultCode(thrown);
  if (result === BUSY) return busError('STORE_IN_USE', values, { cause: thrown });
  if (result === CORRUPT || result === NOT_A_DATABASE) return busError('STORE_CORRUPT', values, { cause: thrown });
  return busError('STORE_NOT_OPENED', values, { cause: thrown });
}

function resultCode(thrown: unknown): number | undefined {
  const code = (thrown as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** What an error of a database means to the bus, without the password that its address may hold. */
import type { BusError } from '../../runtime/contracts/errors.ts';
import { isBusError, reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';

/**
 * By SQLSTATE: what lies in the data or the statement will not pass by itself. Source: postgresql.org/docs/15/errcodes-appendix.html
 */
const REFUSED = /^(22|23|P0)/;
const DENIED = /^(28|42501)/;
const AWAY = /^(08|57P)/;
const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;

export function sqlFailure(thrown: unknown, endpoint: string): BusError {
  if (isBusError(thrown)) return thrown;
  const reason = reasonOf(thrown) || 'the connection ended';
  const { code, errcode } = thrown as { readonly code?: unknown; readonly errcode?: unknown };
  const options = { cause: thrown };
  if (typeof errcode === 'number') {
    const refused = [SQLITE_CONSTRAINT, SQLITE_MISMATCH].includes(errcode & 0xff);
    return busError(refused ? 'ENDPOINT_REFUSED' : 'ENDPOINT_FAILED', { endpoint, reason }, options);
  }
  const state = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  if (state === undefined || AWAY.test(state)) return busError('ENDPOINT_UNREACHABLE', { endpoint, reason }, options);
  if (DENIED.test(state)) return busError('ENDPOINT_DENIED', { endpoint, reason }, options);
  return busError(REFUSED.test(state) ? 'ENDPOINT_REFUSED' : 'ENDPOINT_FAILED', { endpoint, reason }, options);
}

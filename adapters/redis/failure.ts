/** What an error of Redis or of the way there means to the bus, without the password that its URL may hold. */
import type { BusError } from '../../runtime/contracts/errors.ts';
import { isBusError, reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';

/** Source: redis.io/docs/latest/develop/reference/protocol-spec (error prefixes) */
const DENIED = /^(NOAUTH|WRONGPASS|NOPERM)/;
const FAILED = /^(ERR|WRONGTYPE|OOM|MISCONF|READONLY|LOADING|BUSY|NOGROUP|EXECABORT|NOSCRIPT|MASTERDOWN)/;

/** All of them may pass: memory is freed, replicas are promoted, passwords are set right. */
export function redisFailure(thrown: unknown, endpoint: string): BusError {
  if (isBusError(thrown)) return thrown;
  const reason = reasonOf(thrown) || 'the connection ended';
  if (thrown instanceof TypeError || thrown instanceof RangeError)
    return busError('ADAPTER_BUG', { name: endpoint, reason }, { cause: thrown });
  if (DENIED.test(reason)) return busError('ENDPOINT_DENIED', { endpoint, reason }, { cause: thrown });
  if (FAILED.test(reason)) return busError('ENDPOINT_FAILED', { endpoint, reason }, { cause: thrown });
  return busError('ENDPOINT_UNREACHABLE', { endpoint, reason }, { cause: thrown });
}

/** What an error of the broker or of the way there means to the bus, without the password that its URL may hold. */
import type { BusError } from '../../runtime/contracts/errors.ts';
import { isBusError, reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';

const ACCESS_REFUSED = 403;
const NOT_ALLOWED = 530;
const CONNECTION_FORCED = 320;

/** All of them may pass: queues are created, brokers come back, passwords are set right. */
export function amqpFailure(thrown: unknown, endpoint: string): BusError {
  if (isBusError(thrown)) return thrown;
  const code = Error.isError(thrown) && 'code' in thrown ? thrown.code : undefined;
  const reason = reasonOf(thrown) || 'the connection ended';
  const denied = code === ACCESS_REFUSED || code === NOT_ALLOWED || /ACCESS.REFUSED/i.test(reason);
  if (denied) return busError('ENDPOINT_DENIED', { endpoint, reason }, { cause: thrown });
  if (typeof code === 'number' && code !== CONNECTION_FORCED) {
    return busError('ENDPOINT_FAILED', { endpoint, reason }, { cause: thrown });
  }
  return busError('ENDPOINT_UNREACHABLE', { endpoint, reason }, { cause: thrown });
}

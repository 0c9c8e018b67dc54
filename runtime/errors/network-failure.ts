/** What a socket or an HTTP client threw, as a BusError: the far end was never reached, or the connection broke. */
import type { BusError } from '../contracts/errors.ts';
import { reasonOf } from './as-bus-error.ts';
import { busError } from './bus-error.ts';

/** Codes by which the far end cannot have seen anything of the message. */
const UNREACHED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** `endpoint` is what people know the far end by, such as its URL without secrets. Always of kind `transient`. */
export function networkFailure(endpoint: string, thrown: unknown): BusError {
  const code = codeOf(thrown);
  const reason = reasonOf(thrown) || code || 'the connection failed';
  const unreached = UNREACHED.test(code ?? '');
  return busError(unreached ? 'ENDPOINT_UNREACHABLE' : 'ENDPOINT_FAILED', { endpoint, reason }, { cause: thrown });
}

function codeOf(thrown: unknown): string | undefined {
  if (!Error.isError(thrown)) return undefined;
  const { code, cause } = thrown as Error & { code?: unknown };
  return typeof code === 'string' ? code : codeOf(cause);
}

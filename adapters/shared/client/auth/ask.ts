/** Requests to a token endpoint or a logon: what they answer, or why there is no access. */
import type { Dispatcher } from 'undici';
import type { AdapterContext } from '../../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../../runtime/contracts/errors.ts';
import { isBusError } from '../../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../../runtime/errors/bus-error.ts';
import { httpFailure } from '../../../../runtime/errors/http-failure.ts';
import { networkFailure } from '../../../../runtime/errors/network-failure.ts';
import { type Answer, exchange } from '../exchange.ts';

export interface Question {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const LONGEST = 256 * 1024;
/** How long (ms) the answer may take. */
const DEADLINE = 30_000;

/** An answer of status 2xx or 3xx. Rejects with BusError of kind `transient`: nothing is wrong with the message. */
export async function ask(
  { url, method, headers, body }: Question,
  dispatcher: Dispatcher,
  { clock }: AdapterContext,
  closing: AbortSignal,
): Promise<Answer> {
  const { origin, pathname, search } = new URL(url);
  const late = new AbortController();
  const cancel = clock.schedule(DEADLINE, () =>
    late.abort(busError('ENDPOINT_TIMEOUT', { endpoint: url, timeout: DEADLINE })),
  );
  const options = { origin, path: pathname + search, method: method as Dispatcher.HttpMethod, headers };
  try {
    const signal = AbortSignal.any([closing, late.signal]);
    const answer = await exchange(dispatcher, { ...options, body: body ?? null }, signal, () => LONGEST);
    if (answer.status >= 400) throw denied(url, answer, clock.now());
    return answer;
  } catch (thrown) {
    throw isBusError(thrown) ? thrown : networkFailure(url, thrown);
  } finally {
    cancel();
  }
}

function denied(endpoint: string, answer: Answer, now: number): BusError {
  const says = reasonIn(jsonOf(answer));
  const retryAfter = [answer.headers['retry-after']].flat()[0];
  const failure = httpFailure({ endpoint, status: answer.status, says, retryAfter }, now);
  if (failure.kind === 'transient') return failure;
  const reason = says ? `status ${answer.status}: ${says}` : `status ${answer.status}`;
  return busError('ENDPOINT_DENIED', { endpoint, reason });
}

/** RFC 6749, 5.2: `error` is a code, `error_description` a text for people. */
function reasonIn(document: unknown): string | undefined {
  if (document === null || typeof document !== 'object') return undefined;
  const { error, error_description: description, message, detail } = document as Record<string, unknown>;
  const words = [error, description, message, detail].filter((word) => typeof word === 'string');
  return words.length === 0 ? undefined : words.join(': ').slice(0, 200);
}

/** Undefined where it is none. */
export function jsonOf({ body }: Answer): unknown {
  if (!(body instanceof Uint8Array)) return undefined;
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

/** Asks one host by GET, saying who we are, within a time limit. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { httpFailure } from '../../runtime/errors/http-failure.ts';
import { networkFailure } from '../../runtime/errors/network-failure.ts';
import { askProven, compileAuthorisation } from '../shared/client/auth/authorisation.ts';
import { createAgent, createPool } from '../shared/client/dispatcher.ts';
import { type Answer, exchange } from '../shared/client/exchange.ts';
import { POLL_DEFAULTS, type PollConfig } from './poll-config.ts';
import { headerOf, LONGEST_TOLD, readRefusal } from './read-answer.ts';
import { compileFixed } from './request-headers.ts';

export interface PollClient {
  /** An answer of status 2xx or 304. Rejects with BusError, or with the signal's reason. */
  ask(url: string, conditions: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** `origin` is the host that is asked. Throws BusError SECRET_MISSING or ADAPTER_CONFIG. */
export function createPollClient(origin: string, config: PollConfig, context: AdapterContext): PollClient {
  const { maxAnswerBytes, timeout } = { ...POLL_DEFAULTS, ...config };
  const deadline = parseDuration(timeout)!;
  const fixed = compileFixed(config, context);
  const pool = createPool(origin, { ...config, connections: 1 }, context);
  const authorisation = compileAuthorisation(config.auth, () => createAgent(config, context), context, 'GET');

  async function ask(url: string, conditions: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const late = new AbortController();
    const cancel = context.clock.schedule(deadline, () =>
      late.abort(busError('ENDPOINT_TIMEOUT', { endpoint: url, timeout: deadline })),
    );
    try {
      const answer = await carried(url, conditions, AbortSignal.any([signal, late.signal]));
      if ((answer.status >= 200 && answer.status <= 299) || answer.status === 304) return answer;
      const { says, detail } = readRefusal(answer);
      const retryAfter = headerOf(answer.headers['retry-after']);
      throw httpFailure({ endpoint: url, status: answer.status, says, detail, retryAfter }, context.clock.now());
    } catch (thrown) {
      signal.throwIfAborted();
      throw isBusError(thrown) ? thrown : networkFailure(url, thrown);
    } finally {
      cancel();
    }
  }

  function carried(url: string, conditions: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const { pathname, search } = new URL(url);
    const query = fixed.query === undefined ? search : `${search}${search === '' ? '?' : '&'}${fixed.query}`;
    const headers = { ...fixed.headers, ...conditions };
    const options = { origin, path: pathname + query, method: 'GET' as const };
    const keep = (status: number) => (status <= 299 ? maxAnswerBytes : LONGEST_TOLD);
    if (!authorisation) return exchange(pool, { ...options, headers }, signal, keep);
    return askProven(authorisation, url, signal, (proof) =>
      exchange(pool, { ...options, headers: { ...headers, ...proof.headers } }, signal, keep),
    );
  }

  return {
    ask,
    close: async () => {
      await Promise.all([pool.destroy(), authorisation?.close()]);
    },
  };
}

/**
 * The way to a SOAP service: connections that are kept, TLS, a proxy, and who we are. Promises: an abort ends a call at once, and no
 * answer is held beyond the limit. Redirects are not followed: a call goes to the address that was configured, or nowhere.
 */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { networkFailure } from '../../runtime/errors/network-failure.ts';
import { askProven, compileAuthorisation, fixedProof, type Proof } from '../shared/client/auth/authorisation.ts';
import { type Auth, isFixed } from '../shared/client/auth/config.ts';
import { type ConnectionConfig, createAgent, createPool } from '../shared/client/dispatcher.ts';
import { type Answer, exchange } from '../shared/client/exchange.ts';
import type { WrittenCall } from './write-call.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  /** Where a redirect leads. */
  readonly location: string | undefined;
  /** The Set-Cookie headers. */
  readonly cookies: readonly string[];
  readonly bytes: Uint8Array;
}

export interface WayConfig extends ConnectionConfig {
  readonly connections: number;
  readonly auth: Auth | undefined;
  /** The longest answer, in bytes. */
  readonly limit: number;
}

export interface Way {
  /** `write` is asked again for a second try. Rejects with BusError, or the signal's reason. */
  post(write: () => Promise<WrittenCall>, signal: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Throws BusError SECRET_MISSING or ADAPTER_CONFIG. */
export function createWay(endpoint: string, config: WayConfig, context: AdapterContext): Way {
  const { auth, limit } = config;
  const { origin, pathname, search } = new URL(endpoint);
  const fixed = auth && isFixed(auth) ? fixedProof(auth, context) : { headers: {}, query: {} };
  const path = pathname + withFields(search, fixed.query);
  const pool = createPool(origin, config, context);
  const open = () => createAgent({ ...config, connections: 2 }, context);
  const authorisation = compileAuthorisation(auth, open, context, 'POST');

  async function carried(write: () => Promise<WrittenCall>, signal: AbortSignal, proof?: Proof): Promise<Answer> {
    const { envelope, headers: written, open } = await write();
    const headers = { 'accept-encoding': 'gzip, deflate', ...written, ...fixed.headers, ...proof?.headers };
    const body = (open?.() ?? envelope) as string; // undici takes async iterables too, which its types do not say.
    return exchange(pool, { origin, path, method: 'POST', headers, body }, signal, () => limit);
  }

  async function post(write: () => Promise<WrittenCall>, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const ask = (proof?: Proof) => carried(write, signal, proof);
      return whole(await (authorisation ? askProven(authorisation, endpoint, signal, ask) : ask()), limit, endpoint);
    } catch (thrown) {
      signal.throwIfAborted();
      throw isBusError(thrown) ? thrown : networkFailure(endpoint, thrown);
    }
  }

  return {
    post,
    close: async () => {
      await Promise.all([pool.destroy(), authorisation?.close()]);
    },
  };
}

function whole({ status, headers, body }: Answer, limit: number, endpoint: string): HttpAnswer {
  if (body instanceof Error) throw body;
  if (body === 'too-long')
    throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason: `it is longer than ${limit} bytes` });
  const headerOf = (name: string) => [headers[name]].flat()[0];
  return {
    status,
    contentType: headerOf('content-type') ?? '',
    retryAfter: headerOf('retry-after'),
    location: headerOf('location'),
    cookies: [headers['set-cookie'] ?? []].flat(),
    bytes: body,
  };
}

function withFields(search: string, fields: Readonly<Record<string, string>>): string {
  const added = new URLSearchParams(fields).toString();
  if (added === '') return search;
  return search === '' ? `?${added}` : `${search}&${added}`;
}

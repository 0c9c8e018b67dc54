/**
 * Sends each message as one HTTP request. Promises: resolves only on a 2xx; connections are kept and shared by the messages of
 * the port, and no endpoint can make it hold an answer without limit.
 */
import { type Dispatcher, Pool } from 'undici';
import type { AdapterContext, Incoming, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message, type Part, type Property, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { httpFailure } from '../../runtime/errors/http-failure.ts';
import { networkFailure } from '../../runtime/errors/network-failure.ts';
import { type Answer, exchange } from './exchange.ts';
import { bytesOfAnswer, contentTypeOf, headerOf, LONGEST_TOLD, readRefusal } from './read-answer.ts';
import { compileHeaders, type HeaderConfig } from './request-headers.ts';
import { compileTarget, queryOf } from './target.ts';

export interface RestSendConfig extends HeaderConfig {
  readonly url: string;
  readonly method?: string;
  readonly query?: boolean;
  readonly connections?: number;
  readonly maxAnswerBytes?: number;
}

export const SEND_DEFAULTS = {
  method: 'POST',
  query: false,
  connections: 64,
  maxAnswerBytes: 10 * 1024 * 1024,
} as const;

/** An answer that nobody waits for is read to its end, so that the connection can be used again; a longer one (bytes) is not. */
const LONGEST_IGNORED = 128 * 1024;

const CONNECT_TIMEOUT = 10_000;
const BODILESS = new Set(['GET', 'HEAD', 'DELETE']);

export function createSendPort(config: RestSendConfig, context: AdapterContext): SendPort {
  const { url, method = SEND_DEFAULTS.method, maxAnswerBytes = SEND_DEFAULTS.maxAnswerBytes } = config;
  const target = compileTarget(url);
  const requestFor = compileRequest(config, context);
  const connections = config.connections ?? SEND_DEFAULTS.connections;
  const pool = new Pool(target.origin, {
    connections,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT },
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  function keep(status: number): number {
    if (!isAccepted(status)) return LONGEST_TOLD;
    return context.twoWay ? maxAnswerBytes : LONGEST_IGNORED;
  }

  async function send(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    const request = await requestFor(message);
    const path = joined(target.pathFor(message), request.query);
    try {
      const options = { path, method: method as Dispatcher.HttpMethod, ...request.content };
      return accepted(await exchange(pool, options, signal, keep));
    } catch (thrown) {
      signal.throwIfAborted();
      throw isBusError(thrown) ? thrown : networkFailure(url, thrown);
    }
  }

  function accepted(answer: Answer): Incoming | undefined {
    const { status, headers } = answer;
    if (!isAccepted(status)) {
      const { says, detail } = readRefusal(answer);
      const retryAfter = headerOf(headers['retry-after']);
      const told = status < 400 ? `redirects to ${headerOf(headers['location'])} are not followed` : says;
      throw httpFailure({ endpoint: url, status, says: told, detail, retryAfter }, context.clock.now());
    }
    if (!context.twoWay) return undefined;
    const part = partOf(bytesOfAnswer(answer, maxAnswerBytes, url), contentTypeOf(answer));
    return { parts: [part], context: new Map([['http.status', carried(status)]]) };
  }

  return {
    send,
    close: () => pool.destroy(),
  };
}

type Body = NonNullable<Dispatcher.RequestOptions['body']>;

interface Request {
  readonly query: string | undefined;
  readonly content: { readonly headers: Record<string, string>; readonly body?: Body };
}

function compileRequest(config: RestSendConfig, context: AdapterContext): (message: Message) => Promise<Request> {
  const { url, method = SEND_DEFAULTS.method, query = SEND_DEFAULTS.query } = config;
  const fixed = compileHeaders(config, context);
  const bodiless = BODILESS.has(method);
  return async (message) => {
    const part = message.parts[0];
    const asked = query ? queryOf(await bytesOf(part), url) : undefined;
    const headers: Record<string, string> = { ...fixed };
    const key = message.context.get(BUS.idempotencyKey)?.value;
    if (key !== undefined) headers['idempotency-key'] = String(key);
    if (bodiless) return { query: asked, content: { headers } };
    headers['content-type'] = part.contentType;
    return { query: asked, content: { headers, body: part.bytes ?? streamed(part, headers) } };
  };
}

/** undici takes an async iterable too, which its types do not say. */
function streamed(part: Part, headers: Record<string, string>): Body {
  if (part.size !== undefined) headers['content-length'] = String(part.size);
  return part.open() as unknown as Body;
}

const isAccepted = (status: number) => status >= 200 && status <= 299;

const joined = (path: string, query: string | undefined) =>
  query ? `${path}${path.includes('?') ? '&' : '?'}${query}` : path;

const carried = (value: number): Property => ({ value, promoted: false });

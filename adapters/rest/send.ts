/**
 * Sends each message as one HTTP request. Promises: resolves only on a 2xx; connections are kept and shared by the messages of
 * the port, and no endpoint can make it hold an answer without limit.
 */
import type { Dispatcher } from 'undici';
import type { AdapterContext, Incoming, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { httpFailure } from '../../runtime/errors/http-failure.ts';
import { networkFailure } from '../../runtime/errors/network-failure.ts';
import type { ConnectionConfig } from '../shared/client/dispatcher.ts';
import type { Answer } from '../shared/client/exchange.ts';
import { mayBeUnchanged } from './conditions.ts';
import { incomingAnswer } from './incoming-answer.ts';
import { headerOf, LONGEST_TOLD, readRefusal } from './read-answer.ts';
import { compileFixed, type HeaderConfig, headersFor } from './request-headers.ts';
import { CONNECTIONS, createRequester } from './requester.ts';
import { compileTarget, queryOf } from './target.ts';
import { type BodyConfig, compileBody } from './write-body.ts';

export interface RestSendConfig extends HeaderConfig, ConnectionConfig, BodyConfig {
  readonly method?: string;
  readonly query?: boolean;
  readonly maxAnswerBytes?: number;
  /** Header of the answer to property name. */
  readonly answerProperties?: Readonly<Record<string, string>>;
}

export const SEND_DEFAULTS = {
  method: 'POST',
  query: false,
  connections: CONNECTIONS,
  maxAnswerBytes: 10 * 1024 * 1024,
} as const;

/** An answer that nobody waits for is read to its end, so that the connection can be used again; a longer one (bytes) is not. */
const LONGEST_IGNORED = 128 * 1024;

const BODILESS = new Set(['GET', 'DELETE']);

export function createSendPort(config: RestSendConfig, context: AdapterContext): SendPort {
  const { url, method = SEND_DEFAULTS.method, maxAnswerBytes = SEND_DEFAULTS.maxAnswerBytes } = config;
  const target = compileTarget(url);
  const requestFor = compileRequest(config, context);
  const requester = createRequester(target.origin, config, context);

  function keep(status: number): number {
    if (!isAccepted(status)) return LONGEST_TOLD;
    return context.twoWay ? maxAnswerBytes : LONGEST_IGNORED;
  }

  async function send(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    const request = await requestFor(message);
    const path = joined(target.pathFor(message), request.query);
    try {
      const { headers, body } = request;
      const asked = { method: method as Dispatcher.HttpMethod, path, headers, ...(body ? { body } : {}) };
      return accepted(await requester.ask(asked, signal, keep), path, request);
    } catch (thrown) {
      signal.throwIfAborted();
      throw isBusError(thrown) ? thrown : networkFailure(url, thrown);
    }
  }

  function accepted(answer: Answer, path: string, request: Request): Incoming | undefined {
    const { status, headers } = answer;
    if (!isAccepted(status) && !(status === 304 && mayBeUnchanged(request.headers))) {
      const { says, detail } = readRefusal(answer);
      const retryAfter = headerOf(headers['retry-after']);
      const told = status < 400 ? `redirects to ${headerOf(headers['location'])} are not followed` : says;
      throw httpFailure({ endpoint: url, status, says: told, detail, retryAfter }, context.clock.now());
    }
    if (!context.twoWay) return undefined;
    return incomingAnswer(answer, { ...config, maxAnswerBytes }, target.origin + path);
  }

  return { send, close: requester.close };
}

type Body = NonNullable<Dispatcher.RequestOptions['body']>;

interface Request {
  readonly query: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Gives it anew for each try; undici takes async iterables too, which its types do not say. */
  readonly body?: () => Body;
}

function compileRequest(config: RestSendConfig, context: AdapterContext): (message: Message) => Promise<Request> {
  const { url, method = SEND_DEFAULTS.method, query = SEND_DEFAULTS.query } = config;
  const fixed = compileFixed(config, context);
  const bodyFor = compileBody(config, BODILESS.has(method) ? 'none' : 'message', context);
  return async (message) => {
    const asked = query ? both(fixed.query, queryOf(await bytesOf(message.parts[0]), url)) : fixed.query;
    const headers = headersFor(fixed, message, url);
    const key = message.context.get(BUS.idempotencyKey)?.value;
    if (key !== undefined) headers['idempotency-key'] = String(key);
    const body = await bodyFor(message);
    if (!body) return { query: asked, headers };
    headers['content-type'] = body.contentType;
    if (body.size !== undefined) headers['content-length'] = String(body.size);
    return { query: asked, headers, body: body.open as unknown as () => Body };
  };
}

const both = (first: string | undefined, second: string) => (first ? `${second}&${first}`.replace(/^&/, '') : second);

const isAccepted = (status: number) => status >= 200 && status <= 299;

const joined = (path: string, query: string | undefined) =>
  query ? `${path}${path.includes('?') ? '&' : '?'}${query}` : path;

/**
 * Carries the envelopes that node-soap writes, over connections that are kept. Promises: an abort ends the call at once, and no
 * answer is held beyond the limit. node-soap is never given the answer, since it would turn it into objects that lose order and names.
 */
import type { IHttpClient } from 'soap';
import { type Dispatcher, Pool } from 'undici';
import { busError } from '../../runtime/errors/bus-error.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly bytes: Uint8Array;
}

/** What is handed through node-soap, beside the message, to `request`. */
export interface Carriage {
  readonly signal: AbortSignal;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (thrown: unknown) => void;
}

export interface HttpClient extends IHttpClient {
  close(): Promise<void>;
}

export interface HttpClientOptions {
  readonly connections: number;
  /** Bytes. */
  readonly limit: number;
}

const CONNECT_TIMEOUT = 10_000;

export function createHttpClient(url: string, { connections, limit }: HttpClientOptions): HttpClient {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT },
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  async function post(body: string, headers: Record<string, string>, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await pool.request({ method: 'POST', path: pathname + search, body, headers, signal });
    const bytes = await read(answer.body, limit, url);
    const headerOf = (name: string) => [answer.headers[name]].flat()[0];
    const contentType = headerOf('content-type') ?? '';
    return { status: answer.statusCode, contentType, retryAfter: headerOf('retry-after'), bytes };
  }

  return {
    request(_url, body, _callback, headers, carriage) {
      const { signal, resolve, reject } = carriage as unknown as Carriage;
      const carried = post(String(body), headers ?? {}, signal).then(resolve, reject);
      return carried as unknown as ReturnType<IHttpClient['request']>;
    },
    close: () => pool.destroy(),
  };
}

async function read(body: Dispatcher.ResponseData['body'], limit: number, endpoint: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit)
      throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason: `it is longer than ${limit} bytes` });
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

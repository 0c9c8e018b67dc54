/** The way to a far end: TLS with an authority and certificates of our own, and proxies. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { rest } from '../../../adapters/rest/adapter.ts';
import type { RestSendConfig } from '../../../adapters/rest/send.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';
import {
  type Authority,
  type Certificate,
  createAuthority,
  startTlsFront,
  type TlsFront,
} from '../../servers/certificates.ts';
import { type HttpProxy, startHttpProxy } from '../../servers/http-proxy.ts';

const never = new AbortController().signal;
const message = testMessage({ id: 'm1', bytes: Buffer.from('{}'), contentType: 'application/json' });
let folder: string;
let authority: Authority;
let server: Certificate;
let client: Certificate;
let sink: HttpSink;
let serve: (response: ServerResponse) => void;
let front: TlsFront;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'way-'));
  authority = await createAuthority();
  [server, client] = [await authority.issue('cases'), await authority.issue('bus')];
  await writeFile(join(folder, 'ca.pem'), authority.certificate);
  await writeFile(join(folder, 'bus.pem'), client.certificate);
});

beforeEach(async () => {
  serve = (response) => response.end('yes');
  sink = await openSink((_body, response) => serve(response));
  const target = { hostname: '127.0.0.1', port: Number(new URL(sink.address).port) };
  const options = { cert: server.certificate, key: server.key, ca: authority.certificate };
  front = await startTlsFront(target, { ...options, requestCert: true, rejectUnauthorized: true });
});

afterEach(async () => {
  await front.close();
  await sink.close();
});

afterAll(() => rm(folder, { recursive: true }));

const secret = (name: string) => (name === 'BUS_KEY' ? client.key : `the ${name}`);
const tls = { ca: 'ca.pem', certificate: 'bus.pem', key: { secret: 'BUS_KEY' } };

async function send(config: Partial<RestSendConfig>): Promise<string> {
  const context = testAdapterContext({ twoWay: true, secret, resolvePath: (path) => join(folder, path) });
  const port = rest.send!({ url: `https://localhost:${front.port}/in`, ...config }, context);
  try {
    const answer = await port.send(message, never);
    return Buffer.from(answer!.parts[0].bytes!).toString();
  } finally {
    await port.close();
  }
}

const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

describe('TLS', () => {
  test('an authority of our own, and a certificate that says who we are', async () => {
    expect(await send({ tls })).toBe('yes');
    expect(front.clients).toEqual(['bus']);
  });

  test('a far end that nobody we trust vouches for, or of another name, gets nothing', async () => {
    const stranger = await failure(send({}));
    expect(stranger).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
    const other = await failure(send({ tls: { ...tls, serverName: 'other.example' } }));
    expect(other).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
    expect(sink.requests).toHaveLength(0);
  });

  test('without the certificate that the far end wants', async () => {
    expect(await failure(send({ tls: { ca: 'ca.pem' } }))).toMatchObject({ kind: 'transient' });
    expect(sink.requests).toHaveLength(0);
  });

  test('a file that is not there', async () => {
    expect(await failure(send({ tls: { ca: 'none.pem' } }))).toMatchObject({ code: 'ADAPTER_CONFIG' });
  });
});

describe('a proxy', () => {
  let proxy: HttpProxy;

  beforeEach(async () => {
    proxy = await startHttpProxy('bus', 'the P');
  });

  afterEach(() => proxy.close());

  const through = (more: object = { user: 'bus', password: { secret: 'P' } }) => ({ url: proxy.url, ...more });

  test('https by a tunnel, with our own certificate beyond it', async () => {
    expect(await send({ tls, proxy: through() })).toBe('yes');
    expect(proxy.seen).toEqual([`CONNECT localhost:${front.port}`]);
    expect(front.clients).toEqual(['bus']);
  });

  test('http by asking it', async () => {
    expect(await send({ url: `${sink.address}/in?a=1`, proxy: through() })).toBe('yes');
    expect(proxy.seen).toEqual([`POST ${sink.address}/in?a=1`]);
  });

  test('one that does not let us, or is not there', async () => {
    const denied = await failure(send({ tls, proxy: through({}) }));
    expect(denied.kind).toBe('transient');
    const forward = await failure(send({ url: `${sink.address}/in`, proxy: through({}) }));
    expect(forward.kind).toBe('transient');
    const gone = await failure(send({ tls, proxy: { url: 'http://127.0.0.1:1' } }));
    expect(gone).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
    expect(sink.requests).toHaveLength(0);
  });
});

describe('compressed answers', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('%s is read', async (coding, compress) => {
    serve = (response) => response.setHeader('Content-Encoding', coding).end(compress(Buffer.from('yes')));
    expect(await send({ tls })).toBe('yes');
  });

  test('one that is longer than it seems, cut off, or in a coding that nobody knows', async () => {
    serve = (response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(Buffer.alloc(200_000)));
    expect(await failure(send({ tls, maxAnswerBytes: 1000 }))).toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID' });
    serve = (response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(Buffer.from('yes')).subarray(5));
    expect(await failure(send({ tls }))).toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
    serve = (response) => response.setHeader('Content-Encoding', 'smoke').end('yes');
    expect(await failure(send({ tls }))).toMatchObject({ message: expect.stringContaining('smoke') });
  });
});

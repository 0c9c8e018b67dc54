/** The way to a far end: TLS with an authority and certificates of our own, and proxies. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const never = new AbortController().signal;
const message = testMessage({ id: 'm1', bytes: Buffer.from('{}'), contentType: 'application/json' });
let folder: string;
let authority: Authority;
let server: Certificate;
let client: Certificate;
let sink: HttpSink;
let front: TlsFront;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'way-'));
  authority = await createAuthority();
  [server, client] = [await authority.issue('cases'), await authority.issue('bus')];
  await writeFile(join(folder, 'ca.pem'), authority.certificate);
  await writeFile(join(folder, 'bus.pem'), client.certificate);
});

beforeEach(async () => {
  sink = await openSink((_body, response) => response.end('yes'));
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
  let proxy: Server;
  const seen: string[] = [];
  const sockets = new Set<Socket>();

  /** As they stand at the edge of a council's network: forwards http, tunnels https, and wants a password. */
  beforeEach(async () => {
    seen.length = 0;
    const allowed = ({ headers }: IncomingMessage) =>
      headers['proxy-authorization'] === `Basic ${Buffer.from('bus:the P').toString('base64')}`;
    proxy = createServer((from, to) => {
      seen.push(`${from.method} ${from.url}`);
      if (!allowed(from)) return void to.writeHead(407).end();
      const onward = request(from.url!, { method: from.method!, headers: from.headers }, (answer) => {
        to.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(to);
      });
      return void from.pipe(onward);
    });
    proxy.on('connect', (from: IncomingMessage, near: Socket, head: Buffer) => {
      seen.push(`CONNECT ${from.url}`);
      if (!allowed(from)) return void near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const [host, port] = from.url!.split(':');
      const beyond = connect(Number(port), host!, () => {
        near.write('HTTP/1.1 200 OK\r\n\r\n');
        beyond.write(head);
        near.pipe(beyond).pipe(near);
      });
      for (const socket of [near, beyond]) sockets.add(socket.on('error', () => {}));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  const through = (more: object = { user: 'bus', password: { secret: 'P' } }) => ({
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    ...more,
  });

  test('https by a tunnel, with our own certificate beyond it', async () => {
    expect(await send({ tls, proxy: through() })).toBe('yes');
    expect(seen).toEqual([`CONNECT localhost:${front.port}`]);
    expect(front.clients).toEqual(['bus']);
  });

  test('http by asking it', async () => {
    expect(await send({ url: `${sink.address}/in?a=1`, proxy: through() })).toBe('yes');
    expect(seen).toEqual([`POST ${sink.address}/in?a=1`]);
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

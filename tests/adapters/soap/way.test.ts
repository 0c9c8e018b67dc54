/** The way to a SOAP service: node-soap's own server behind TLS, proxies, tokens, compressed answers and redirects. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { listen } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';
import { type Certificate, createAuthority } from '../../servers/certificates.ts';
import { startHttpProxy } from '../../servers/http-proxy.ts';

const WSDL = resolve('tests/adapters/soap/wsdl/desk.wsdl');
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>ü</t:Title></t:OpenCase>';
const ANSWER =
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse></e:Body></e:Envelope>';
const message = testMessage({ id: 'm1', bytes: Buffer.from(OPEN), contentType: 'text/xml' });
const never = new AbortController().signal;
let folder: string;
let client: Certificate;
let far: Server;
let callers: string[];
let sink: HttpSink;
let serve: (response: ServerResponse, request: IncomingMessage, body: string) => void;

/** node-soap's server, which wants a certificate of its callers. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soap-way-'));
  const authority = await createAuthority();
  const server = await authority.issue('desk');
  client = await authority.issue('bus');
  await writeFile(join(folder, 'ca.pem'), authority.certificate);
  await writeFile(join(folder, 'bus.pem'), client.certificate);
  const tls = { cert: server.certificate, key: server.key, ca: authority.certificate };
  far = createServer({ ...tls, requestCert: true, rejectUnauthorized: true });
  far.on('secureConnection', (socket: TLSSocket) => callers.push(String(socket.getPeerCertificate().subject?.CN)));
  const answer = ({ Title }: { Title: string }) => ({ Number: `for ${Title}` });
  const services = { Desk: { Soap11: { OpenCase: answer } } };
  const xml = await readFile(WSDL, 'utf8');
  await new Promise((ready) => listen(far, { path: '/11', services, xml, uri: WSDL, callback: ready }));
  await new Promise<void>((ready) => far.listen(0, '127.0.0.1', ready));
});

afterAll(async () => {
  far.closeAllConnections();
  await new Promise((closed) => far.close(closed));
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  callers = [];
  serve = (response) => response.setHeader('Content-Type', 'text/xml').end(ANSWER);
  sink = await openSink((body, response, request) => serve(response, request, body.toString()));
});

afterEach(() => sink.close());

const secret = (name: string) => (name === 'BUS_KEY' ? client.key : `the ${name}`);
const tls = { ca: 'ca.pem', certificate: 'bus.pem', key: { secret: 'BUS_KEY' } };
/** node-soap's server knows an operation by the last part of its action, and mixes up those of two ports of one type. */
const desk = () => ({ url: `https://localhost:${(far.address() as AddressInfo).port}/11`, soapAction: 'OpenCase12' });

async function withPort<T>(config: Partial<SoapSendConfig>, work: (send: () => Promise<string>) => Promise<T>) {
  const resolvePath = (path: string) => (path.endsWith('.pem') ? join(folder, path) : resolve(path));
  const context = testAdapterContext({ twoWay: true, secret, resolvePath });
  const port = soap.send!({ wsdl: WSDL, url: `${sink.address}/desk`, ...config }, context);
  try {
    return await work(async () => Buffer.from((await port.send(message, never))!.parts[0].bytes!).toString());
  } finally {
    await port.close();
  }
}

const send = (config: Partial<SoapSendConfig> = {}) => withPort(config, (call) => call());

const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

describe('TLS', () => {
  test('node-soap serves whoever shows the certificate', async () => {
    expect(await send({ ...desk(), tls })).toContain('for ü');
    expect(callers).toEqual(['bus']);
  });

  test('a far end of another name or authority, or one that wants a certificate that we do not show', async () => {
    const unpinned = { ...desk(), tls: { ...tls, serverName: 'other.example' } };
    expect(await failure(send(unpinned))).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
    expect(await failure(send({ ...desk() }))).toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
    expect(await failure(send({ ...desk(), tls: { ca: 'ca.pem' } }))).toMatchObject({ kind: 'transient' });
    expect(callers).toEqual([]);
  });

  test('through a proxy', async () => {
    const proxy = await startHttpProxy('bus', 'the P');
    const through = { url: proxy.url, user: 'bus', password: { secret: 'P' } };
    expect(await send({ ...desk(), tls, proxy: through })).toContain('for ü');
    expect(await send({ proxy: through })).toContain('0042');
    const { host } = new URL(desk().url);
    expect(proxy.seen).toEqual([`CONNECT ${host}`, `POST ${sink.address}/desk`]);
    await proxy.close();
  });
});

describe('who we are', () => {
  test('a token by OAuth 2 is shared, and had anew when the far end no longer takes it', async () => {
    let given = 0;
    let good = 'token-1';
    serve = (response, { url, headers }) => {
      if (url === '/token') response.end(JSON.stringify({ access_token: `token-${++given}`, expires_in: 3600 }));
      else if (headers.authorization === `Bearer ${good}`) response.end(ANSWER);
      else response.writeHead(401).end();
    };
    const auth = {
      type: 'clientCredentials',
      tokenUrl: `${sink.address}/token`,
      client: 'bus',
      clientSecret: { secret: 'S' },
    } as const;
    await withPort({ auth }, async (call) => {
      await Promise.all([call(), call()]);
      expect(given).toBe(1);
      good = 'token-2';
      expect(await call()).toContain('0042');
      good = 'none';
      expect(await failure(call())).toMatchObject({ code: 'ENDPOINT_DENIED', kind: 'transient' });
    });
  });

  test('a key in the query', async () => {
    await send({
      url: `${sink.address}/desk?v=1`,
      auth: { type: 'apiKey', name: 'k', in: 'query', key: { secret: 'K' } },
    });
    expect(sink.requests[0]!.url).toBe('/desk?v=1&k=the+K');
  });
});

describe('answers', () => {
  test('a compressed one, as it was asked for', async () => {
    serve = (response, { headers }) => {
      expect(headers['accept-encoding']).toBe('gzip, deflate');
      response.setHeader('Content-Encoding', 'gzip').end(gzipSync(ANSWER));
    };
    expect(await send()).toContain('0042');
    serve = (response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(Buffer.alloc(200_000, ' ')));
    expect(await failure(send({ maxAnswerBytes: 1000 }))).toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID' });
  });

  test.each([301, 302, 307, 308])('a redirect by %i is told and not followed', async (status) => {
    serve = (response) => response.writeHead(status, { Location: '/login' }).end('<html>moved</html>');
    expect(await failure(send())).toMatchObject({
      code: 'ENDPOINT_REFUSED',
      message: expect.stringContaining('redirects to /login are not followed'),
    });
    expect(sink.requests).toHaveLength(1);
  });

  test('chunked, with hints before it', async () => {
    serve = (response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.setHeader('Content-Type', 'text/xml').write(ANSWER.slice(0, 100));
      response.end(ANSWER.slice(100));
    };
    expect(await send()).toContain('0042');
    expect(sink.requests[0]!.headers).toMatchObject({ 'content-length': expect.stringMatching(/^\d+$/) });
    expect(sink.requests[0]!.headers).not.toHaveProperty('transfer-encoding');
  });
});

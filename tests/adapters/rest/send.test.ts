/** Sending by HTTP to a server that answers as it is told to. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { rest } from '../../../adapters/rest/adapter.ts';
import type { RestSendConfig } from '../../../adapters/rest/send.ts';
import type { AdapterContext, SendPort } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { bytesOf, type Message } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';

type Serve = (response: ServerResponse, request: IncomingMessage) => void;

const never = new AbortController().signal;
const secret = (name: string) => `the ${name}`;
let sink: HttpSink;
let port: SendPort | undefined;
let serve: Serve;

beforeEach(async () => {
  serve = (response) => response.end();
  sink = await openSink((_body, response, request) => serve(response, request));
});

afterEach(async () => {
  await port?.close();
  await sink.close();
});

function open(config: Partial<RestSendConfig> = {}, context: Partial<AdapterContext> = {}): SendPort {
  port = rest.send!({ url: `${sink.address}/out`, ...config }, testAdapterContext({ secret, ...context }));
  return port;
}

function message(text = '{}', properties: Record<string, string | number> = {}): Message {
  return testMessage({ id: 'm1', bytes: Buffer.from(text), contentType: 'application/json', properties });
}

async function failure(work: Promise<unknown>): Promise<BusError> {
  return work.then(
    () => {
      throw new Error('It resolved.');
    },
    (thrown) => thrown as BusError,
  );
}

const answered = (status: number, body = '', headers: Record<string, string> = {}) => {
  serve = (response) => response.writeHead(status, headers).end(body);
  return failure(open().send(message(), never));
};

describe('the request', () => {
  test('method, headers, secrets, key and body', async () => {
    const headers = { 'X-Api-Key': { secret: 'KEY' }, 'X-Fixed': 'a' };
    await open({ method: 'PUT', headers, auth: { type: 'bearer', token: { secret: 'TOKEN' } } }).send(
      message('[1]'),
      never,
    );
    expect(sink.requests[0]).toMatchObject({
      method: 'PUT',
      url: '/out',
      headers: {
        'x-api-key': 'the KEY',
        'x-fixed': 'a',
        authorization: 'Bearer the TOKEN',
        'idempotency-key': 'm1@test',
        'content-type': 'application/json',
        'content-length': '3',
      },
    });
    expect(Buffer.from(sink.taken()[0]!).toString()).toBe('[1]');
  });

  test('basic authentication', async () => {
    await open({ auth: { type: 'basic', user: 'bus', password: { secret: 'P' } } }).send(message(), never);
    const { authorization } = sink.requests[0]!.headers;
    expect(Buffer.from(authorization!.slice(6), 'base64').toString()).toBe('bus:the P');
  });

  test('a secret that is not set is found when the port is opened', () => {
    const context = testAdapterContext();
    const config = { url: 'http://127.0.0.1:1/', auth: { type: 'bearer', token: { secret: 'T' } } } as const;
    expect(() => rest.send!(config, context)).toThrow(expect.objectContaining({ code: 'SECRET_MISSING' }));
  });

  test('properties in the address cannot leave their place', async () => {
    const send = (value: string) =>
      open({ url: `${sink.address}/a%20b/{x.y}/c?z={x.y}&id={message.id}` }).send(
        message('{}', { 'x.y': value }),
        never,
      );
    await send('1/2?&#ü ..');
    expect(sink.requests[0]!.url).toBe('/a%20b/1%2F2%3F%26%23%C3%BC%20../c?z=1%2F2%3F%26%23%C3%BC%20..&id=m1');
    for (const value of ['..', '.', '']) expect(await failure(send(value))).toMatchObject({ code: 'ENDPOINT_REFUSED' });
    expect(await failure(open({ url: `${sink.address}/{none}` }).send(message(), never))).toMatchObject({
      kind: 'message',
    });
  });

  test('a GET asks with the fields of the body, and sends none', async () => {
    const body = '{"name":"a&b","n":1.50,"all":["x","y"],"none":null,"__proto__":"p"}';
    await open({ method: 'GET', query: true, url: `${sink.address}/find?v=1` }).send(message(body), never);
    expect(sink.requests[0]!.url).toBe('/find?v=1&name=a%26b&n=1.5&all=x&all=y&__proto__=p');
    expect(sink.requests[0]!.headers['content-length']).toBeUndefined();
    for (const bad of ['[1]', 'x', '{"a":{"b":1}}']) {
      const config = { method: 'GET', query: true };
      expect(await failure(open(config).send(message(bad), never))).toMatchObject({ code: 'ENDPOINT_REFUSED' });
    }
  });

  test('a body that is not in memory is streamed', async () => {
    const streamed: Message = {
      ...message(),
      parts: [
        {
          name: 'body',
          contentType: 'text/csv',
          size: undefined,
          async *open() {
            yield Buffer.from('a,');
            yield Buffer.from('b');
          },
        },
      ],
    };
    await open().send(streamed, never);
    expect(Buffer.from(sink.taken()[0]!).toString()).toBe('a,b');
  });
});

describe('conditional requests', () => {
  const carrying = (values: Readonly<Record<string, string>>): Message => ({
    ...message(),
    context: new Map(Object.entries(values).map(([name, value]) => [name, { value, promoted: false }])),
  });
  const conditions = { ifMatch: 'case.etag', ifUnmodifiedSince: 'case.read', ifNoneMatch: 'case.known' };

  test('properties go into the headers; those that a message lacks do not', async () => {
    const port = open({ method: 'PUT', conditions });
    await port.send(carrying({ 'case.etag': 'W/"a"', 'case.read': 'Sat, 28 Nov 2026 06:00:00 GMT' }), never);
    expect(sink.requests[0]!.headers).toMatchObject({
      'if-match': 'W/"a"',
      'if-unmodified-since': 'Sat, 28 Nov 2026 06:00:00 GMT',
    });
    await port.send(carrying({ 'case.etag': '' }), never);
    expect(Object.keys(sink.requests[1]!.headers).filter((name) => name.startsWith('if-'))).toEqual([]);
    expect(await failure(port.send(carrying({ 'case.etag': '"a"\r\nX: y' }), never))).toMatchObject({
      code: 'ENDPOINT_REFUSED',
    });
  });

  test('304 is an answer where it was asked for, and only there', async () => {
    serve = (response) => response.writeHead(304, { ETag: '"a"' }).end();
    const port = open({ method: 'GET', conditions }, { twoWay: true });
    const answer = await port.send(carrying({ 'case.known': '"a"' }), never);
    expect(JSON.parse(Buffer.from(await bytesOf(answer!.parts[0])).toString())).toEqual({ status: 304, etag: '"a"' });
    expect(await failure(port.send(carrying({}), never))).toMatchObject({ code: 'ENDPOINT_REFUSED' });
    const oneWay = open({ method: 'GET', conditions });
    expect(await oneWay.send(carrying({ 'case.known': '"a"' }), never)).toBeUndefined();
  });

  test('412 refuses the message', async () => {
    serve = (response) => response.writeHead(412).end();
    const error = await failure(open({ conditions }).send(carrying({ 'case.etag': '"a"' }), never));
    expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message', message: expect.stringContaining('412') });
  });

  test('check finds conditions that are headers too, and properties of the bus', () => {
    const config = { url: 'http://a/b', conditions, headers: { 'If-Match': '"a"' } };
    expect(rest.check(config, 'send')).toMatchObject([{ code: 'OPTION_INVALID', path: 'conditions' }]);
    const properties = { url: 'http://a/b', answerProperties: { 'X-A': 'bus.sourceName' } };
    expect(rest.check(properties, 'send')).toMatchObject([{ path: 'answerProperties.X-A' }]);
  });
});

describe('the answer', () => {
  test('two-way: body, content type and status', async () => {
    serve = (response) => response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"n":1}');
    const answer = await open({}, { twoWay: true }).send(message(), never);
    expect(Buffer.from(await bytesOf(answer!.parts[0])).toString()).toBe('{"n":1}');
    expect(answer!.parts[0].contentType).toBe('application/json');
    expect(answer!.context.get('http.status')?.value).toBe(201);
  });

  describe('two-way without a body is a document of what its head says', () => {
    const lastModified = 'Sat, 28 Nov 2026 06:00:00 GMT';
    test.each<[number, Record<string, string>, Readonly<Record<string, string>>]>([
      [201, { Location: '/payments/1?a=%20' }, { location: '/payments/1?a=%20' }],
      [201, { Location: 'https://pay.example/1' }, { location: 'https://pay.example/1' }],
      [201, { Location: 'http://[' }, { location: 'http://[' }],
      [202, { 'Content-Type': 'text/plain', 'Content-Length': '0' }, {}],
      [204, { ETag: 'W/"a"', 'Last-Modified': lastModified }, { etag: 'W/"a"', lastModified }],
    ])('%i %j', async (status, headers, told) => {
      serve = (response) => response.writeHead(status, headers).end();
      const answer = await open({}, { twoWay: true }).send(message(), never);
      const location = told['location']?.startsWith('/') ? sink.address + told['location'] : told['location'];
      const said = location === undefined ? told : { ...told, location };
      expect(answer!.parts[0].contentType).toBe('application/json; charset=utf-8');
      expect(JSON.parse(Buffer.from(await bytesOf(answer!.parts[0])).toString())).toEqual({ status, ...said });
      const properties = [...answer!.context].map(([name, { value }]) => [name.replace('http.', ''), value]);
      expect(Object.fromEntries(properties)).toEqual({ status, ...said });
    });
  });

  test('chosen headers of it are properties', async () => {
    serve = (response) =>
      response.writeHead(200, { 'X-Version': '7', 'Set-Cookie': ['a=1', 'b=2'], ETag: '"e"' }).end('{}');
    const answerProperties = { 'x-version': 'case.version', 'Set-Cookie': 'case.cookies', 'X-None': 'case.none' };
    const answer = await open({ answerProperties }, { twoWay: true }).send(message(), never);
    const properties = [...answer!.context].map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(properties)).toEqual({
      'http.status': 200,
      'http.etag': '"e"',
      'case.version': '7',
      'case.cookies': 'a=1, b=2',
    });
  });

  test('one-way with a body', async () => {
    serve = (response) => response.end('thanks');
    expect(await open().send(message(), never)).toBeUndefined();
  });

  test('what is too long of an answer that nobody waits for is not read, nor does it spoil the next', async () => {
    serve = (response) => {
      response.write('x'.repeat(200_000)); // And never an end.
    };
    const port = open({ connections: 1 });
    expect(await port.send(message(), never)).toBeUndefined();
    serve = (response) => response.end();
    expect(await port.send(message(), never)).toBeUndefined();
  });

  test('a refusal that is too long, or breaks off, is told by its status', async () => {
    const error = await answered(422, 'x'.repeat(200_000));
    expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
    serve = (response) => {
      response.writeHead(422, { 'Content-Length': '100' }).write('half');
      setImmediate(() => response.socket!.destroy());
    };
    expect(await failure(open().send(message(), never))).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
  });

  test('one that is too long', async () => {
    serve = (response) => response.end('x'.repeat(2000));
    const error = await failure(open({ maxAnswerBytes: 1000 }, { twoWay: true }).send(message(), never));
    expect(error).toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID', kind: 'message' });
  });

  test.each([
    [400, 'ENDPOINT_REFUSED', 'message'],
    [401, 'ENDPOINT_DENIED', 'transient'],
    [403, 'ENDPOINT_DENIED', 'transient'],
    [404, 'ENDPOINT_REFUSED', 'message'],
    [408, 'ENDPOINT_BUSY', 'transient'],
    [409, 'ENDPOINT_REFUSED', 'message'],
    [429, 'ENDPOINT_BUSY', 'transient'],
    [500, 'ENDPOINT_FAILED', 'transient'],
    [502, 'ENDPOINT_FAILED', 'transient'],
    [503, 'ENDPOINT_BUSY', 'transient'],
    [504, 'ENDPOINT_FAILED', 'transient'],
    [302, 'ENDPOINT_REFUSED', 'message'],
  ])('status %i is %s', async (status, code, kind) => {
    expect(await answered(status, 'No.', { Location: 'http://127.0.0.1:1/x' })).toMatchObject({
      name: 'BusError',
      code,
      kind,
    });
  });

  test('a refusal is told in its own words, with its JSON as the detail', async () => {
    const problem = { title: 'Invalid', detail: 'No such street', errors: [{ field: 'usrn' }] };
    const error = await answered(422, JSON.stringify(problem), { 'Content-Type': 'application/problem+json' });
    expect(error.message).toContain('status 422: No such street.');
    expect(error.detail).toEqual(problem);
    const html = await answered(400, `<html><h1>Bad</h1>${'x '.repeat(500)}</html>`, { 'Content-Type': 'text/html' });
    expect(html.message).toMatch(/status 400: Bad x x/);
    expect(html.message.length).toBeLessThan(350);
    expect(await answered(400, '{"a"', { 'Content-Type': 'application/json' })).toMatchObject({ detail: undefined });
  });

  test('Retry-After in seconds and as a date', async () => {
    expect((await answered(503, '', { 'Retry-After': '7' })).retryAfter).toBe(7000);
    serve = (response) => response.writeHead(429, { 'Retry-After': 'Mon, 23 Nov 2026 12:00:30 GMT' }).end();
    const clock = { ...testAdapterContext().clock, now: () => Date.parse('2026-11-23T12:00:00Z') };
    expect((await failure(open({}, { clock }).send(message(), never))).retryAfter).toBe(30_000);
    expect((await answered(503, '', { 'Retry-After': 'soon' })).retryAfter).toBeUndefined();
  });
});

describe('the network', () => {
  test('nobody there', async () => {
    await sink.close();
    expect(await failure(open().send(message(), never))).toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      kind: 'transient',
    });
  });

  test('a connection that breaks before, and in the middle of, an answer', async () => {
    serve = (response) => response.socket!.destroy();
    expect(await failure(open().send(message(), never))).toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
    serve = (response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      setImmediate(() => response.socket!.destroy());
    };
    const error = await failure(open({}, { twoWay: true }).send(message(), never));
    expect(error).toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
  });

  test('what is no HTTP', async () => {
    const server = createTcpServer((socket) => socket.resume().end('220 smtp.example ESMTP\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port: at } = server.address() as { port: number };
    const error = await failure(open({ url: `http://127.0.0.1:${at}/` }).send(message(), never));
    expect(error).toMatchObject({ name: 'BusError', kind: 'transient' });
    await new Promise((resolve) => server.close(resolve));
  });

  test('an abort rejects with its reason', async () => {
    serve = () => {};
    const giveUp = new AbortController();
    const sent = failure(open().send(message(), giveUp.signal));
    const reason = new Error('The deadline is over.');
    giveUp.abort(reason);
    expect(await sent).toBe(reason);
  });
});

test('aborts while it waits for a connection, and in the middle of an answer', async () => {
  const arrived = Promise.withResolvers<void>();
  serve = (response) => {
    response.writeHead(200).write('half');
    arrived.resolve();
  };
  const port = open({ connections: 1 }, { twoWay: true });
  const [first, second] = [new AbortController(), new AbortController()];
  const answering = failure(port.send(message(), first.signal));
  await arrived.promise;
  const waiting = failure(port.send(message(), second.signal));
  await new Promise(setImmediate);
  second.abort(new Error('second'));
  expect(await waiting).toBe(second.signal.reason);
  first.abort(new Error('first'));
  expect(await answering).toBe(first.signal.reason);
  serve = (response) => response.end();
  expect(await port.send(message(), never)).toBeDefined();
});

describe('options', () => {
  test.each([
    ['url', { url: 'ftp://a/b' }],
    ['url', { url: 'http://{host}/b' }],
    ['url', { url: 'http://user:pass@a/b' }],
    ['url', { url: 'http://a/{b' }],
    ['url', { url: 'http://a/{}' }],
    ['headers.Content-Type', { url: 'http://a/', headers: { 'Content-Type': 'x' } }],
    ['auth', { url: 'http://a/', headers: { authorization: 'x' }, auth: { type: 'bearer', token: { secret: 'T' } } }],
    ['query', { url: 'http://a/', query: true }],
  ] as [string, RestSendConfig][])('%s is found wrong in %j', (path, config) => {
    expect(rest.check(config, 'send')).toEqual([expect.objectContaining({ path, severity: 'error' })]);
  });

  test('a header may not become a property of the bus', () => {
    const config = { path: '/a', properties: { 'X-A': 'bus.organisation', 'X-B': 'http.b' } };
    expect(rest.check(config, 'receive')).toEqual([expect.objectContaining({ path: 'properties.X-A' })]);
  });
});

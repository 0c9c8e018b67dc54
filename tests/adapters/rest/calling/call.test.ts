/** What goes over the wire when operations of a contract are called, and what comes of the answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { rest } from '../../../../adapters/rest/adapter.ts';
import type { CallConfig } from '../../../../adapters/rest/calling/config.ts';
import type { BusError } from '../../../../runtime/contracts/errors.ts';
import { bytesOf, type Message, partOf } from '../../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../../contract/http-sink.ts';

let sink: HttpSink;
let body: string;
let serve: (response: ServerResponse, request: IncomingMessage) => void;

beforeEach(async () => {
  body = '';
  serve = (response) => response.writeHead(204).end();
  sink = await openSink((bytes, response, request) => {
    body = bytes.toString();
    serve(response, request);
  });
});
afterEach(() => sink.close());

const json =
  (status: number, document: unknown, type = 'application/json') =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(document));

type Given = { readonly type?: string; readonly properties?: Readonly<Record<string, string>> };

function messageOf(document: unknown, { type, properties = {} }: Given = {}): Message {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  const told = Object.entries(properties).map(([name, value]) => [name, { value, promoted: false }] as const);
  const message = testMessage({ id: 'm', bytes, contentType: 'application/json' });
  return { ...message, type, context: new Map([...message.context, ...told]) };
}

const SECRETS: Readonly<Record<string, string>> = { KEY: 'the key', TENANT: 'northmoor' };

async function call(message: Message, config: Partial<CallConfig> = {}, twoWay = false) {
  const context = testAdapterContext({
    twoWay,
    resolvePath: (path) => resolve(import.meta.dirname, 'contracts', path),
    secret: (name) => SECRETS[name]!,
  });
  const port = rest.send!({ openapi: 'cases.yaml', url: `${sink.address}/base/`, ...config }, context);
  try {
    return await port.send(message, new AbortController().signal);
  } finally {
    await port.close();
  }
}

const failure = (message: Message, config: Partial<CallConfig> = {}, twoWay = false): Promise<BusError> =>
  call(message, config, twoWay).then(
    () => Promise.reject(new Error('it was sent')),
    (error: BusError) => error,
  );
const asked = () => `${sink.requests[0]!.method} ${sink.requests[0]!.url}`;
const headers = () => sink.requests[0]!.headers;

describe('parameters', () => {
  test('go where the contract says, in its styles', async () => {
    const fields = {
      status: ['open', 'closed'],
      wards: ['a|b', 'c'],
      words: ['x y', 'z'],
      codes: ['1,2', '3'],
      near: { easting: 1, northing: 2 },
      order: { by: 'a&b' },
      page: 3,
    };
    const properties = { 'rest.header.xTenant': 'northmoor', 'rest.cookie.session': 'a;b' };
    await call(messageOf(fields, { properties }), { operation: 'searchCases' });
    expect(asked()).toBe(
      'GET /base/cases?status=open&status=closed&wards=a%7Cb%7Cc&words=x%20y%20z&codes=1%2C2,3&near%5Beasting%5D=1&near%5Bnorthing%5D=2&order=%7B%22by%22%3A%22a%26b%22%7D&page=3',
    );
    expect(headers()).toMatchObject({ 'x-tenant': 'northmoor', cookie: 'session=a%3Bb' });
    expect(body).toBe('');
  });

  test('stand in the path in its styles', async () => {
    await call(messageOf({ codes: ['a/b', 'c'], area: 'x.y', layer: ['1', '2'] }), { operation: 'getMap' });
    expect(asked()).toBe('GET /base/maps/a%2Fb,c/.x.y/;layer=1;layer=2');
  });

  test('come of options: texts with properties of the message, and secrets', async () => {
    const config = {
      operation: 'searchCases',
      parameters: { 'header.X-Tenant': { secret: 'TENANT' }, page: '{case.page}', session: '{case.session}' },
    };
    await call(messageOf({}, { properties: { 'case.page': '7' } }), config);
    expect(asked()).toBe('GET /base/cases?page=7');
    expect(headers()).toMatchObject({ 'x-tenant': 'northmoor' });
    expect(headers().cookie).toBeUndefined();
  });

  test('what proves who we are goes along', async () => {
    const auth = { type: 'apiKey', name: 'api_key', in: 'query', key: { secret: 'KEY' } } as const;
    await call(messageOf({ id: 5 }), { operation: 'getCase', auth });
    expect(asked()).toBe('GET /base/cases/5?api_key=the+key');
  });
});

describe('bodies', () => {
  test('are the message where nothing else is to be told, byte by byte', async () => {
    await call(messageOf('{"kind":"light","cost":1.10}'), { operation: 'createCase', parameters: { notify: 'true' } });
    expect(asked()).toBe('POST /base/cases?notify=true');
    expect(body).toBe('{"kind":"light","cost":1.10}');
    expect(headers()).toMatchObject({ 'content-type': 'application/json', 'content-length': '28' });
  });

  test('are its field `body` where there are parameters, with all their digits', async () => {
    await call(messageOf('{"id":7,"body":{"kind":"light","cost":12345678901234567890.10}}'), {
      operation: 'changeCase',
    });
    expect(asked()).toBe('PUT /base/cases/7');
    expect(body).toBe('{"kind":"light","cost":12345678901234567890.10}');
  });

  test('forms', async () => {
    await call(messageOf({ id: 7, body: { text: 'a b', tags: ['x', 'y'] } }), { operation: 'addNote' });
    expect(headers()['content-type']).toBe('application/x-www-form-urlencoded');
    expect(body).toBe('text=a+b&tags=x&tags=y');
  });

  test('forms with files, and objects as JSON', async () => {
    const message = messageOf({
      id: 7,
      body: { title: 'Plan', file: { part: 'plan', fileName: 'plan.pdf' }, where: { easting: 1 } },
    });
    const parts: Message['parts'] = [message.parts[0], partOf(Buffer.from('%PDF'), 'application/pdf', 'plan')];
    await call({ ...message, parts }, { operation: 'addDocument' });
    expect(headers()['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(body).toContain('name="title"\r\n\r\nPlan\r\n');
    expect(body).toContain('name="file"; filename="plan.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n');
    expect(body).toContain('name="where"\r\nContent-Type: application/json\r\n\r\n{"easting":1}\r\n');
  });

  test('files, texts and XML', async () => {
    const photo = messageOf({ id: 7, body: { part: 'photo' } });
    await call(
      { ...photo, parts: [photo.parts[0], partOf(Buffer.from('jpeg'), 'image/jpeg', 'photo')] },
      { operation: 'putPhoto' },
    );
    expect([body, headers()['content-type']]).toEqual(['jpeg', 'image/jpeg']);
    await call(messageOf('"hello"'), { operation: 'addRemark' });
    expect([body, sink.requests[1]!.headers['content-type']]).toEqual(['hello', 'text/plain; charset=utf-8']);
    const xml = testMessage({ id: 'm', bytes: Buffer.from('<a/>'), contentType: 'text/xml' });
    expect(await failure(xml, { operation: 'addLegacy' })).toMatchObject({ code: 'CONTRACT_VIOLATION' });
    const { parts, ...rest } = testMessage({ id: 'm', bytes: Buffer.from('<a/>'), contentType: 'application/xml' });
    await call({ ...rest, parts }, { operation: 'addLegacy' });
    expect([body, sink.requests[2]!.headers['content-type']]).toEqual(['<a/>', 'application/xml']);
  });
});

describe('the operation', () => {
  test.each<[string, Given, Partial<CallConfig>, string]>([
    ['the type of the message', { type: 'get-case-request' }, {}, 'GET /base/cases/5'],
    [
      'a type of the options',
      { type: 'case-query' },
      { operations: { getCase: { request: 'case-query' } } },
      'GET /base/cases/5',
    ],
    ['a property', { properties: { 'rest.operation': 'getCase' } }, {}, 'GET /base/cases/5'],
    [
      'the type before a property',
      { type: 'get-case-request', properties: { 'rest.operation': 'addRemark' } },
      {},
      'GET /base/cases/5',
    ],
  ])('is told by %s', async (_title, given, config, expected) => {
    await call(messageOf({ id: 5 }, given), config);
    expect(asked()).toBe(expected);
  });

  test.each<Given>([{}, { type: 'other' }, { properties: { 'rest.operation': 'getCases' } }])(
    'is none for %j',
    async (given) => {
      expect(await failure(messageOf({ id: 5 }, given))).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
    },
  );
});

test.each<[string, string, unknown, string]>([
  ['no value', 'getCase', {}, 'the parameter id (path) is missing'],
  ['a wrong value', 'getCase', { id: 0 }, 'the parameter id (path) must be'],
  ['an unknown field', 'getCase', { id: 1, ident: 2 }, 'there is no parameter ident in path or query'],
  ['a header that is missing', 'searchCases', {}, 'the parameter X-Tenant (header) is missing'],
  ['no body', 'changeCase', { id: 1 }, 'its body is missing'],
  ['a wrong body', 'changeCase', { id: 1, body: { kind: 'flood' } }, 'its body at /kind must be one of pothole, light'],
  ['a body in no JSON', 'createCase', 'kind=light', 'JSON and is none'],
  ['a text that is too long', 'addRemark', '"a remark of more than twenty"', 'its body must'],
])('what breaks the contract is not sent: %s', async (_title, operation, document, reason) => {
  const error = await failure(messageOf(document), { operation });
  expect(error).toMatchObject({
    code: 'CONTRACT_VIOLATION',
    kind: 'message',
    message: expect.stringContaining(reason),
  });
  expect(sink.requests).toEqual([]);
});

describe('answers', () => {
  test('as the contract says come back with what their head tells', async () => {
    serve = json(200, { id: 5, kind: 'light' });
    const given = await call(messageOf({ id: 5 }), { operation: 'getCase' }, true);
    expect(Buffer.from(await bytesOf(given!.parts[0])).toString()).toBe('{"id":5,"kind":"light"}');
    expect(given!.context.get('http.status')?.value).toBe(200);
  });

  test('without content are a document of their head', async () => {
    serve = (response) => response.writeHead(204, { ETag: '"2"' }).end();
    const given = await call(messageOf({ id: 5, body: { kind: 'light' } }), { operation: 'changeCase' }, true);
    expect(JSON.parse(Buffer.from(await bytesOf(given!.parts[0])).toString())).toEqual({ status: 204, etag: '"2"' });
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['a field of another type', json(200, { id: 'five', kind: 'light' }), '/id must be'],
    [
      'another media type',
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>'),
      'text/html',
    ],
    ['no JSON', (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('<p>'), 'is none'],
  ])('that break it are told: %s', async (_title, answer, reason) => {
    serve = answer;
    const error = await failure(messageOf({ id: 5 }), { operation: 'getCase' }, true);
    expect(error).toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID', message: expect.stringContaining(reason) });
  });

  test.each<[string, string, (response: ServerResponse) => void, object]>([
    [
      'by the name of its response',
      'createCase',
      json(409, { original: 4 }),
      { fault: 'CaseExists', kind: 'message', detail: { original: 4, status: 409 } },
    ],
    [
      'by its status',
      'createCase',
      json(422, { title: 'No such kind' }, 'application/problem+json'),
      {
        fault: 'UnprocessableEntity',
        message: expect.stringContaining('No such kind'),
        detail: { title: 'No such kind', status: 422 },
      },
    ],
    [
      'that passes',
      'createCase',
      (response) => response.writeHead(503, { 'Retry-After': '9' }).end(),
      { fault: 'ServiceUnavailable', kind: 'transient', retryAfter: 9000 },
    ],
    ['of all others', 'createCase', json(418, [1]), { fault: 'ImATeapot', detail: { value: [1], status: 418 } }],
    [
      'without content',
      'getCase',
      (response) => response.writeHead(404).end(),
      { fault: 'NotFound', detail: { status: 404 } },
    ],
  ])('a declared error is a fault %s', async (_title, operation, answer, expected) => {
    serve = answer;
    const error = await failure(
      messageOf(operation === 'getCase' ? { id: 5 } : { body: { kind: 'light' } }),
      { operation },
      true,
    );
    expect(error).toMatchObject({ code: 'ENDPOINT_FAULT', ...expected });
  });

  test('an error that is not declared is as of any far end', async () => {
    serve = json(409, { detail: 'locked' });
    expect(await failure(messageOf({ id: 5 }), { operation: 'getCase' })).toMatchObject({ code: 'ENDPOINT_REFUSED' });
  });
});

test.each([
  [{ openapi: 'missing.yaml' }, 'there is no file'],
  [{ operation: 'getCases' }, 'no operation getCases'],
])('a contract that cannot be used starts no port: %j', async (config, reason) => {
  expect(await failure(messageOf({}), config)).toMatchObject({
    code: 'ADAPTER_CONFIG',
    message: expect.stringContaining(reason),
  });
});

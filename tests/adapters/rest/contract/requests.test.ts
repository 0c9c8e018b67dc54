/** Requests to a location that serves a contract, over real sockets: what a message is made of, and how each fault is told. */
import { connect } from 'node:net';
import { bytesOf } from '../../../../runtime/contracts/message.ts';
import { readContract } from '../../../../runtime/openapi/contract.ts';
import { BASE, type OpenLocation, openContractLocation, toldOf } from './open-contract.ts';

let location: OpenLocation;

beforeAll(async () => {
  location = await openContractLocation();
});

afterAll(() => location.close());
beforeEach(() => void location.seen.splice(0));

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly in: string; readonly pointer: string; readonly message: string }[];
}

const problemOf = async (answer: Response) => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return (await answer.json()) as Problem;
};

const placesOf = ({ errors = [] }: Problem) => errors.map(({ in: place, pointer }) => `${place} ${pointer}`);

const report = { category: 'pothole' };

describe('what a message is', () => {
  test('without a body: a document of path and query, in the types of the contract, with defaults', async () => {
    const { ask, seen } = location;
    const query =
      'since=2026-01-02&status=open&status=closed&wards=north%7Csouth&near[easting]=1&near[northing]=2&near[tags]=a';
    const headers = { 'X-Request-Id': '7b1c7b56-7dd2-4d3a-8dd5-0d0a3d7c7f10', Cookie: 'a=b; session=s%201' };
    expect((await ask(`/reports?${query}`, { headers })).status).toBe(200);
    const { document, properties } = await toldOf(seen[0]!);
    expect(document).toEqual({
      status: ['open', 'closed'],
      since: '2026-01-02',
      page: 1,
      wards: ['north', 'south'],
      near: { easting: 1, northing: 2, tags: ['a'] },
    });
    expect(properties).toEqual({
      'bus.sourceName': '/v1/reports',
      'rest.operation': 'searchReports',
      'rest.query.status': 'open, closed',
      'rest.query.since': '2026-01-02',
      'rest.query.page': 1,
      'rest.query.wards': 'north, south',
      'rest.header.xRequestId': headers['X-Request-Id'],
      'rest.cookie.session': 's 1',
    });
    expect(seen[0]!.context.get('rest.operation')?.promoted).toBe(true);
  });

  test('with a body and nothing in the path: the body, as it came', async () => {
    const { json, seen } = location;
    const text = '{ "category":"pothole", "depth": 1.50 }';
    expect((await json('/reports', text)).status).toBe(201);
    expect(Buffer.from(await bytesOf(seen[0]!.parts[0])).toString()).toBe(text);
    expect((await toldOf(seen[0]!)).properties).toEqual({
      'bus.sourceName': '/v1/reports',
      'rest.operation': 'createReport',
    });
  });

  test('with both: a document of both, numbers as they came', async () => {
    const { json, seen } = location;
    const answer = await json('/reports/7', '{"category":"light","depth":1.50}', { method: 'PUT' });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const text = Buffer.from(await bytesOf(seen[0]!.parts[0])).toString();
    expect(text).toBe('{"id":7,"body":{"category":"light","depth":1.50}}');
  });

  test('a body that need not be there', async () => {
    const { ask, seen } = location;
    expect((await ask('/reports/7', { method: 'PUT' })).status).toBe(204);
    expect((await toldOf(seen[0]!)).document).toEqual({ id: 7 });
  });

  test('a form is a document in the types of the contract', async () => {
    const { ask, seen } = location;
    const body = new URLSearchParams('category=light&depth=2.5&urgent=true&tags=dark');
    expect((await ask('/reports', { method: 'POST', body })).status).toBe(201);
    expect((await toldOf(seen[0]!)).document).toEqual({ category: 'light', depth: 2.5, urgent: true, tags: ['dark'] });
  });

  test('files of a form, and bodies that are files, are parts of which the document tells', async () => {
    const { ask, seen } = location;
    const body = new FormData();
    body.set('category', 'light');
    body.set('photo', new File(['pixels'], 'a.png', { type: 'image/png' }));
    expect((await ask('/reports', { method: 'POST', body })).status).toBe(201);
    expect((await toldOf(seen[0]!)).document).toEqual({
      category: 'light',
      photo: { part: 'photo', fileName: 'a.png', contentType: 'image/png', size: 6 },
    });
    const init = { method: 'PUT', headers: { 'Content-Type': 'image/jpeg' }, body: 'pixels' };
    expect((await ask('/reports/7/photo', init)).status).toBe(202);
    expect((await toldOf(seen[1]!)).document).toEqual({
      id: 7,
      body: { part: 'content', contentType: 'image/jpeg', size: 6 },
    });
    expect(Buffer.from(await bytesOf(seen[1]!.parts[1]!)).toString()).toBe('pixels');
  });

  test('parameters in any segment, several in one; literals before parameters', async () => {
    const { ask, seen } = location;
    expect((await ask('/areas/a,b%2C1/maps/old%20town.v2.png')).status).toBe(200);
    expect((await toldOf(seen[0]!)).document).toEqual({ codes: ['a', 'b,1'], name: 'old town.v2', format: 'png' });
  });
});

describe('what is refused', () => {
  test('parameters: each fault with its place, and nothing reaches the bus', async () => {
    const { ask, seen } = location;
    const query = 'status=lost&page=0&near[easting]=x&near[height]=1&page=2&since=2026-02-30&wards=';
    const answer = await ask(`/reports?${query}`, { headers: { 'X-Request-Id': '1', Cookie: 'session=123456789' } });
    const problem = await problemOf(answer);
    expect([answer.status, problem.code]).toEqual([400, 'CONTRACT_VIOLATION']);
    expect(placesOf(problem).sort()).toEqual([
      'cookie /session',
      'header /X-Request-Id',
      'query /near',
      'query /near/easting',
      'query /near/height',
      'query /page',
      'query /since',
      'query /status/0',
    ]);
    expect(problem.errors!.find(({ pointer }) => pointer === '/page')!.message).toBe('is given more than once');
    expect(seen).toEqual([]);
  });

  test('a body that breaks its schema, all of it at once', async () => {
    const answer = await location.json('/reports', { category: 'tree', depth: 'x', inside: { category: 1 }, more: 1 });
    const problem = await problemOf(answer);
    expect(answer.status).toBe(422);
    expect(placesOf(problem).sort()).toEqual(['body /category', 'body /depth', 'body /inside/category', 'body /more']);
    expect(location.seen).toEqual([]);
  });

  test.each([
    ['an unknown path', '/nothing', {}, 404, undefined],
    ['a path below one', '/reports/7/notes', {}, 404, 'NOT_FOUND'],
    ['an answer that nobody gives', '/reports/7', { headers: { Accept: 'text/html' } }, 406, 'NOT_ACCEPTABLE'],
    [
      'a type that is not in the contract',
      '/reports',
      { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/csv' } },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    [
      'another encoding',
      '/reports',
      { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json; charset=utf-16' } },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    [
      'a packed body',
      '/reports',
      { method: 'POST', body: '{}', headers: { 'Content-Encoding': 'gzip' } },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    ['no body', '/reports', { method: 'POST' }, 400, 'BODY_MISSING'],
    ['a body that nobody wants', '/reports/7', { method: 'DELETE', body: '{}' }, 400, 'BODY_UNEXPECTED'],
    [
      'no JSON',
      '/reports',
      { method: 'POST', body: '{"a":', headers: { 'Content-Type': 'application/json' } },
      400,
      'MESSAGE_UNREADABLE',
    ],
    [
      'no text',
      '/reports',
      { method: 'POST', body: new Uint8Array([0x22, 0xff, 0x22]), headers: { 'Content-Type': 'application/json' } },
      400,
      'MESSAGE_UNREADABLE',
    ],
  ])('%s', async (_, path, init, status, code) => {
    const answer = await location.ask(path, init);
    expect([answer.status, (await problemOf(answer)).code]).toEqual([status, code]);
    expect(location.seen).toEqual([]);
  });

  test('other methods, with those that there are; HEAD is GET without its body, OPTIONS tells', async () => {
    const { ask, seen } = location;
    const wrong = await ask('/reports/7', { method: 'PATCH', body: '{}' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT, DELETE, OPTIONS']);
    const options = await ask('/reports', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
    expect(seen).toEqual([]);
    const head = await ask('/reports/7', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await toldOf(seen[0]!)).properties['rest.operation']).toBe('getReport');
  });

  test('a body that is too long, before it is read', async () => {
    const small = await openContractLocation({ maxBytes: 10 });
    const answer = await small.json('/reports', { category: 'pothole' });
    expect([answer.status, (await problemOf(answer)).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    await small.close();
  });
});

/** Bytes as they are, which fetch would mend. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(location.listener.address);
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk) => {
      got += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
  });
}

const get = (path: string) => raw(`GET ${BASE}${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
const statusOf = (answer: string) => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]);

describe('attacks', () => {
  test.each([
    ['a path that is not encoded', '/areas/%ff/maps/a.png', 400],
    ['half an escape', '/areas/%2/maps/a.png', 400],
    ['dots', '/reports/../secret', 400],
    ['encoded dots', '/reports/%2e%2e/photo', 400],
    ['a query that is not encoded', '/reports?since=%ff', 400],
    ['a name that is not encoded', '/reports?since=2026-01-01&%ff=1', 400],
    ['a number beyond all', '/reports/99999999999999999999', 400],
    ['a number with tricks', '/reports/0x10', 400],
    ['an empty segment', '/reports//photo', 404],
  ])('%s', async (_, path, status) => {
    const answer = await get(path);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toContain('application/problem+json');
    expect(location.seen).toEqual([]);
  });

  test('a query that is longer than heads may be', async () => {
    expect(statusOf(await get(`/reports?since=2026-01-01&x=${'a'.repeat(40_000)}`))).toBe(431);
  });

  test('thousands of parameters are told of once, and briefly', async () => {
    const answer = await get(`/reports?since=2026-01-01${'&status=x'.repeat(1000)}`);
    expect(statusOf(answer)).toBe(400);
    expect(answer.length).toBeLessThan(20_000);
  });

  test('keys of all objects are keys like others', async () => {
    const { json, ask } = location;
    const answer = await json('/reports', '{"category":"light","__proto__":{"urgent":1},"constructor":1}');
    expect([answer.status, placesOf(await problemOf(answer)).sort()]).toEqual([
      422,
      ['body /__proto__', 'body /constructor'],
    ]);
    const deep = await ask('/reports?since=2026-01-01&near[easting]=1&near[northing]=1&near[__proto__][x]=1');
    expect([deep.status, placesOf(await problemOf(deep))]).toEqual([400, ['query /near/__proto__']]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test('JSON that is deeper than anybody means', async () => {
    const deep = `${'{"category":"light","inside":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const answer = await location.json('/reports', deep);
    expect([400, 422]).toContain(answer.status);
    const { status } = await location.json('/reports', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(status).toBe(422);
    expect(location.seen).toEqual([]);
    expect((await location.json('/reports', report)).status).toBe(201);
  });

  test('a deep object that is deeper than anybody means', async () => {
    const answer = await get(`/reports?since=2026-01-01&near${'[a]'.repeat(50)}=1`);
    expect(statusOf(answer)).toBe(400);
  });
});

test('an operation of the contract that the bus does not do', async () => {
  const partly = await openContractLocation({ operations: { createReport: { serve: false } } });
  const answer = await partly.json('/reports', report);
  expect([answer.status, (await problemOf(answer)).code]).toEqual([501, 'NOT_IMPLEMENTED']);
  expect((await partly.ask('/reports/7')).status).toBe(200);
  await partly.close();
});

test('two locations serve paths of each other, the most specific first', async () => {
  const { ask, seen } = location;
  expect((await ask('/reports/export')).status).toBe(200);
  expect((await toldOf(seen[0]!)).properties['rest.operation']).toBe('exportReports');
});

test('a caller without its key never reaches the contract', async () => {
  const keys = [{ caller: 'portal', key: { secret: 'PORTAL_KEY' } }];
  const closed = await openContractLocation({ access: { apiKey: { keys } } }, undefined, { secret: () => 'k1' });
  expect((await closed.json('/reports', {})).status).toBe(401);
  const init = { headers: { 'Content-Type': 'application/json', 'X-API-Key': 'k1' } };
  expect((await closed.json('/reports', report, init)).status).toBe(201);
  expect((await toldOf(closed.seen[0]!)).properties['http.caller']).toBe('portal');
  await closed.close();
});

describe('the contract, for callers', () => {
  test('one document with our own address, whose references all lead somewhere', async () => {
    const answer = await location.ask('/openapi.json');
    const text = await answer.text();
    const document = JSON.parse(text) as { servers: unknown; [key: string]: unknown };
    expect([answer.status, document.servers]).toEqual([200, [{ url: '/v1' }]]);
    const contract = readContract('it.json', () => text);
    expect(contract.problems).toEqual([]);
    expect(contract.operations).toHaveLength(8);
    const created = contract.operations.find(({ id }) => id === 'createReport')!.responses.get('201')!;
    expect(created.content.get('application/json')!.schema!.check({ reference: 'x' })).toHaveLength(1);
    const wrong = await location.ask('/openapi.json', { method: 'POST' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test('elsewhere or nowhere, and only for those who may call', async () => {
    const keys = [{ caller: 'portal', key: { secret: 'PORTAL_KEY' } }];
    const closed = await openContractLocation({ publish: '/contract', access: { apiKey: { keys } } }, undefined, {
      secret: () => 'k1',
    });
    expect((await closed.ask('/contract')).status).toBe(401);
    expect((await closed.ask('/contract', { headers: { 'X-API-Key': 'k1' } })).status).toBe(200);
    expect((await closed.ask('/openapi.json', { headers: { 'X-API-Key': 'k1' } })).status).toBe(404);
    await closed.close();
    const hidden = await openContractLocation({ publish: '' });
    expect((await hidden.ask('/openapi.json')).status).toBe(404);
    await hidden.close();
  });
});

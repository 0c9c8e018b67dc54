/** Receiving by HTTP, over real sockets: what is refused, what is told, and what becomes of callers who go away. */
import { connect } from 'node:net';
import { rest } from '../../../adapters/rest/adapter.ts';
import type { RestReceiveConfig } from '../../../adapters/rest/receive.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { AdapterContext, Incoming, Submission } from '../../../runtime/contracts/adapter.ts';
import { bytesOf, partOf } from '../../../runtime/contracts/message.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';

type Verdict = (incoming: Incoming) => Promise<Partial<Submission>>;

const JSON_TYPE = { 'Content-Type': 'application/json' };
let close: (() => Promise<void>) | undefined;

afterEach(() => close?.());

async function open(
  config: Partial<RestReceiveConfig> = {},
  verdict: Verdict = async () => ({}),
  overrides: Partial<AdapterContext> = {},
) {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  const seen: Incoming[] = [];
  const stopping = new AbortController();
  const location = rest.receive!(
    { path: '/in', ...config },
    testAdapterContext({ name: 'reports/portal', http: listener, ...overrides }),
  );
  const running = location.run(async ([incoming]) => {
    seen.push(incoming!);
    return [{ messageId: `m${seen.length}`, outcome: 'accepted', ...(await verdict(incoming!)) }];
  }, stopping.signal);
  const stop = async () => {
    stopping.abort(new Error('The location is stopped.'));
    await running;
  };
  close = async () => {
    await stop();
    await listener.stop();
  };
  const url = `${listener.address}/in`;
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) =>
    fetch(url, { method: 'POST', headers, body });
  return { url, seen, post, stop };
}

/** Writes bytes as they are; resolves with all that came back until the connection ends. */
function raw(url: string, ...sent: string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      for (const text of sent) socket.write(text);
    });
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk;
      if (/\r\n\r\n[\s\S]*}$/.test(got)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
  });
}

const head = (...lines: string[]) => ['POST /in HTTP/1.1', 'Host: a', ...lines, '', ''].join('\r\n');

const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

describe('what is taken', () => {
  test('one request is one message with its bytes, type, path and chosen headers', async () => {
    const { post, seen } = await open({
      keyHeader: 'X-Key',
      properties: { 'X-Source': 'http.source', 'X-No': 'http.no' },
    });
    const headers = {
      'Content-Type': 'Application/JSON; charset=utf-8',
      'X-Key': 'k1',
      'X-Source': 'app',
      'X-Other': 'o',
    };
    const answer = await post('{"a":1}', headers);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('guildhall-message-id')).toBe('m1');
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(await answer.json()).toEqual({ messageId: 'm1', status: 'accepted' });
    expect(Buffer.from(await bytesOf(seen[0]!.parts[0])).toString()).toBe('{"a":1}');
    expect(seen[0]!.parts[0].contentType).toBe('Application/JSON; charset=utf-8');
    expect(seen[0]!.key).toBe('k1');
    const properties = [...seen[0]!.context].map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(properties)).toEqual({ 'bus.sourceName': '/in', 'http.source': 'app' });
  });

  test('a body in chunks', async () => {
    const { url, seen } = await open();
    const answer = await raw(
      url,
      head('Content-Type: text/csv', 'Transfer-Encoding: chunked'),
      '3\r\na,b\r\n2\r\n,c\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 202 /);
    expect(Buffer.from(await bytesOf(seen[0]!.parts[0])).toString()).toBe('a,b,c');
  });

  test.each([
    [undefined, 'application/vnd.council+json', 202],
    [undefined, 'text/xml;charset=iso-8859-1', 202],
    [undefined, 'application/json5', 415],
    [undefined, 'application/+json', 415],
    [undefined, 'image/png', 415],
    [undefined, '', 415],
    [['text/*'], 'text/calendar', 202],
    [['text/*'], 'application/json', 415],
    [['*/*'], 'image/png', 202],
  ])('of the content types %j: %s gives %i', async (contentTypes, type, status) => {
    const { post } = await open(contentTypes ? { contentTypes } : {});
    expect((await post(new Uint8Array([65]), { 'Content-Type': type })).status).toBe(status);
  });
});

describe('the query', () => {
  test('a GET is a document of its fields', async () => {
    const { url, seen } = await open({ method: 'GET' });
    const answer = await fetch(`${url}?usrn=1%202&layer[name]=roads&near[]=a&near[]=b&a=1&a=2&__proto__=x`);
    expect(answer.status).toBe(202);
    const [part] = seen[0]!.parts;
    expect(part.contentType).toBe('application/json; charset=utf-8');
    const text = Buffer.from(await bytesOf(part)).toString();
    expect(text).toBe('{"usrn":"1 2","layer":{"name":"roads"},"near":["a","b"],"a":["1","2"],"__proto__":"x"}');
    expect((await fetch(url)).status).toBe(202);
    expect(Buffer.from(await bytesOf(seen[1]!.parts[0])).toString()).toBe('{}');
  });

  test('fields of it are properties, whatever the method', async () => {
    const { url, seen } = await open({ query: { source: 'http.source', many: 'http.many', none: 'http.none' } });
    const init = { method: 'POST', headers: JSON_TYPE, body: '{}' };
    expect((await fetch(`${url}?source=a%26b&many=1&many=2&other=x`, init)).status).toBe(202);
    const properties = [...seen[0]!.context].map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(properties)).toEqual({
      'bus.sourceName': '/in',
      'http.source': 'a&b',
      'http.many': '1, 2',
    });
  });

  test.each([
    ['GET', '?a=%zz', '', 'FORM_UNREADABLE'],
    ['GET', '?a=1&a[b]=2', '', 'FORM_UNREADABLE'],
    ['GET', '?a=1', 'Content-Length: 1', 'BODY_UNEXPECTED'],
    ['DELETE', '', 'Transfer-Encoding: chunked', 'BODY_UNEXPECTED'],
  ])('%s %s %s is refused', async (method, query, header, code) => {
    const { url, seen } = await open({ method });
    const lines = [`${method} /in${query} HTTP/1.1`, 'Host: a', ...(header ? [header] : []), '', ''];
    expect(await raw(url, lines.join('\r\n'))).toMatch(new RegExp(`^HTTP/1.1 400 [\\s\\S]*"code":"${code}"`));
    expect(seen).toEqual([]);
  });

  test('other methods are told which one is served', async () => {
    const { url, post } = await open({ method: 'GET' });
    expect((await post('{}')).headers.get('allow')).toBe('GET');
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
  });

  test('check finds properties of the bus', () => {
    const found = rest.check({ path: '/in', query: { a: 'message.type' } }, 'receive');
    expect(found).toMatchObject([{ path: 'query.a', code: 'OPTION_INVALID' }]);
  });
});

describe('what is refused', () => {
  test('another method, with Allow', async () => {
    const { url, seen } = await open();
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const answer = await fetch(url, { method });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'POST']);
    }
    expect(seen).toEqual([]);
  });

  test('a path below it, an empty body, an encoded body', async () => {
    const { url, post, seen } = await open();
    const below = await fetch(`${url}/deeper`, { method: 'POST', headers: JSON_TYPE, body: '{}' });
    expect([below.status, await codeOf(below)]).toEqual([404, 'NOT_FOUND']);
    const empty = await post('');
    expect([empty.status, await codeOf(empty)]).toEqual([400, 'BODY_MISSING']);
    const coded = await post('{}', { ...JSON_TYPE, 'Content-Encoding': 'gzip' });
    expect([coded.status, await codeOf(coded)]).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED']);
    expect(seen).toEqual([]);
  });

  test('an announced body that is too large, before a byte of it came', async () => {
    const { url, seen } = await open({ maxBytes: 10 });
    const answer = await raw(url, head('Content-Type: text/csv', 'Content-Length: 11'));
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"PAYLOAD_TOO_LARGE"/);
    expect(seen).toEqual([]);
  });

  test('a body in chunks that becomes too large; one at the limit is taken', async () => {
    const { url, seen } = await open({ maxBytes: 10 });
    const chunked = head('Content-Type: text/csv', 'Transfer-Encoding: chunked');
    expect(await raw(url, chunked, '6\r\nabcdef\r\n', '6\r\nabcdef\r\n')).toMatch(/^HTTP\/1.1 413 /);
    expect(await raw(url, chunked, 'a\r\nabcdefghij\r\n0\r\n\r\n')).toMatch(/^HTTP\/1.1 202 /);
    expect(seen).toHaveLength(1);
  });

  test('a caller who sends far too much still reads the answer', async () => {
    const { post } = await open({ maxBytes: 1000 });
    const answer = await post('x'.repeat(3_000_000), { 'Content-Type': 'text/plain' });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ status: 413, instance: '/in', title: 'Payload Too Large' });
  });

  test('each refusal is an event', async () => {
    const events: string[] = [];
    const { post } = await open({}, undefined, { emit: ({ name, data }) => events.push(`${name} ${data['status']}`) });
    await post('', { 'Content-Type': 'image/png' });
    await post('');
    expect(events).toEqual(['receive-refused 415', 'receive-refused 400']);
  });
});

describe('what is told of a message', () => {
  test('a duplicate', async () => {
    const { post } = await open({}, async () => ({ messageId: 'first', outcome: 'duplicate' }));
    const answer = await post('{}');
    expect([answer.status, await answer.json()]).toEqual([200, { messageId: 'first', status: 'duplicate' }]);
  });

  test.each([
    ['ENDPOINT_REFUSED', 400, null],
    ['STORE_FULL', 503, '5'],
    ['ADAPTER_BUG', 500, null],
    ['SECRET_MISSING', 500, null],
  ] as const)('suspended with %s', async (code, status, retryAfter) => {
    const error = busError(code, { reason: 'the reason', name: 'SOME_SECRET' });
    const { post } = await open({}, async () => ({ outcome: 'suspended', error }));
    const answer = await post('{}');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
    const problem = await answer.json();
    expect(problem).toMatchObject({
      type: `urn:guildhall:error:${code}`,
      code,
      status,
      messageId: 'm1',
      instance: '/in',
    });
    expect(JSON.stringify(problem).includes('SOME_SECRET')).toBe(false);
  });

  test('nothing was kept', async () => {
    const { post } = await open({}, async () => {
      throw busError('STORE_FULL', { reason: 'x' }, { retryAfter: 61_000 });
    });
    const answer = await post('{}');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '61']);
  });

  test('nothing was kept, for a reason that is a bug: no word of the inside', async () => {
    const { post } = await open({}, async () => {
      throw new TypeError('x is not a function');
    });
    const answer = await post('{}');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.text()).not.toContain('not a function');
  });
});

describe('two-way', () => {
  const twoWay = { twoWay: true };
  const answering = (response: Promise<never> | Promise<unknown>): Verdict => {
    response.catch(() => {});
    return async () => ({ response: response as NonNullable<Submission['response']> });
  };

  test('the answer comes with its own content type', async () => {
    const message = { id: 'a', interchange: 'a', type: undefined, context: new Map() };
    const part = partOf(Buffer.from('<ok/>'), 'text/xml; charset=utf-8');
    const { post } = await open({}, answering(Promise.resolve({ ...message, parts: [part] })), twoWay);
    const answer = await post('{}');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/xml; charset=utf-8']);
    expect(answer.headers.get('guildhall-message-id')).toBe('m1');
    expect(await answer.text()).toBe('<ok/>');
  });

  test('a late answer: the message is safe', async () => {
    const late = busError('RESPONSE_TIMEOUT', { message: 'm1', timeout: 5 });
    const { post } = await open({}, answering(Promise.reject(late)), twoWay);
    const answer = await post('{}');
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ messageId: 'm1', status: 'accepted', detail: expect.any(String) });
  });

  test.each([
    ['RESPONSE_REFUSED', 422],
    ['HOST_STOPPING', 503],
    ['ADAPTER_BUG', 502],
  ] as const)('a refusal with %s', async (code, status) => {
    const error = busError(code, { reason: 'closed' }, { fault: 'Closed' });
    const { post } = await open({}, answering(Promise.reject(error)), twoWay);
    const answer = await post('{}');
    expect([answer.status, await answer.json()]).toMatchObject([status, { code, fault: 'Closed', messageId: 'm1' }]);
  });

  test('who waits for an answer when the location stops is told that it will be late', async () => {
    const { post, seen, stop } = await open({}, answering(new Promise<never>(() => {})), twoWay);
    const answer = post('{}');
    await eventually('the message is handed over', () => seen.length === 1);
    await stop();
    expect((await answer).status).toBe(202);
  });
});

describe('callers who go away', () => {
  test('before the body is complete: nothing was received, nothing breaks', async () => {
    const { url, post, seen } = await open();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`${head('Content-Type: text/csv', 'Content-Length: 100')}abc`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    expect((await post('{}')).status).toBe(202);
    expect(seen).toHaveLength(1);
  });

  test('after it: the message stays', async () => {
    const gate = Promise.withResolvers<Partial<Submission>>();
    const { url, post, seen } = await open({}, () => gate.promise);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`${head('Content-Type: text/csv', 'Content-Length: 3')}a,b`);
    await eventually('the message is handed over', () => seen.length === 1);
    socket.destroy();
    gate.resolve({});
    expect((await post('{}')).status).toBe(202);
  });

  test('a caller whose body is still coming when the location stops is cut off', async () => {
    const { url, stop, seen } = await open();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}); // That it is cut off is what is meant.
    socket.write(head('Content-Type: text/csv', 'Content-Length: 100', 'Expect: 100-continue'));
    await eventually('its body is being read', () => got === 'HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('abc');
    await stop();
    await closed;
    expect(got).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(seen).toEqual([]);
  });
});

/** Locations that ask, against real servers: pages, times, what is unchanged, what fails, and that a bus takes each item once. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rest } from '../../../adapters/rest/adapter.ts';
import type { PollConfig, SinceConfig } from '../../../adapters/rest/poll-config.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { openBus } from '../../solution/open-bus.ts';

let server: Server;
let base: string;
let asked: IncomingMessage[];
let serve: (url: URL, response: ServerResponse, request: IncomingMessage) => void;
let clock: SimulatedClock;
/** The watermark, as the MessageBox would keep it. */
let stored: string | undefined;
let end: (() => Promise<void>) | undefined;

beforeEach(async () => {
  asked = [];
  stored = undefined;
  serve = (_url, response) => response.end('[]');
  server = createServer((request, response) => {
    asked.push(request);
    serve(new URL(request.url!, base), response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  clock = createSimulatedClock(Date.UTC(2026, 5, 1, 8));
});

afterEach(async () => {
  await end?.();
  end = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json = (response: ServerResponse, document: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(document));

const SECRETS: Readonly<Record<string, string>> = { KEY: 'the key' };

function poll(config: Partial<PollConfig>, accept: (incoming: Incoming) => void = () => {}) {
  const taken: string[] = [];
  const stopping = new AbortController();
  const context = testAdapterContext({ clock, secret: (name) => SECRETS[name]!, watermark: async () => stored });
  const location = rest.receive!({ poll: { url: `${base}/items`, timeout: '1h', ...config } }, context);
  const running = location.run(async ([incoming], _signal, watermark) => {
    if (watermark && watermark.from !== stored) throw busError('WATERMARK_MOVED', { name: 'far', found: 'elsewhere' });
    stored = watermark?.to ?? stored;
    if (!incoming) return [];
    accept(incoming);
    taken.push(Buffer.from(await bytesOf(incoming.parts[0])).toString());
    return [{ messageId: 'm', outcome: 'accepted' }];
  }, stopping.signal);
  const failed = running.then(
    () => undefined,
    (error: BusError) => error,
  );
  end = async () => {
    stopping.abort(new Error('stop'));
    await failed;
  };
  /** Waits for the look under way to end, and goes on to the next. */
  const next = async (count: number) => {
    await eventually('the look has ended', () => clock.next() === clock.now() + 60_000 && asked.length >= count);
    await clock.advance(60_000);
  };
  return { taken, failed, next };
}

/** Seven items, three a page. */
const ALL = [1, 2, 3, 4, 5, 6, 7].map((id) => ({ id }));
const slice = (from: number) => ALL.slice(from, from + 3);
const THREE_PAGES = [slice(0), slice(3), slice(6)];

describe('pages', () => {
  const lookOnce = async (config: Partial<PollConfig>, pages: number) => {
    const { taken } = poll(config);
    await eventually('all pages are taken', () => taken.length === pages);
    return taken.map((text) => JSON.parse(text));
  };

  test('by the header Link', async () => {
    serve = (url, response) => {
      const page = Number(url.searchParams.get('p') ?? 0);
      const link = `</items?p=9>; rel="last", </items?p=${page + 1}>; title="a, b"; rel="up next"`;
      json(response, slice(page * 3), page < 2 ? { Link: link } : { Link: '</items?p=0>; rel=first' });
    };
    expect(await lookOnce({ pages: { by: 'link' } }, 3)).toEqual(THREE_PAGES);
    expect(asked.map(({ url }) => url)).toEqual(['/items', '/items?p=1', '/items?p=2']);
  });

  test('by an address in the body', async () => {
    serve = (url, response) => {
      const from = Number(url.searchParams.get('from') ?? 0);
      json(response, { links: { next: from < 6 ? `${base}/items?from=${from + 3}` : null }, items: slice(from) });
    };
    const found = await lookOnce({ items: 'items', pages: { by: 'next', field: 'links.next' } }, 3);
    expect(found.map(({ items }) => items)).toEqual(THREE_PAGES);
  });

  test('by a cursor', async () => {
    serve = (url, response) => {
      const from = Number(url.searchParams.get('after') ?? 0);
      json(response, { more: from < 6 ? from + 3 : '', items: slice(from) });
    };
    const found = await lookOnce(
      { url: `${base}/items?all=1`, pages: { by: 'cursor', field: 'more', parameter: 'after' } },
      3,
    );
    expect(found.map(({ items }) => items)).toEqual(THREE_PAGES);
    expect(asked.map(({ url }) => url)).toEqual(['/items?all=1', '/items?all=1&after=3', '/items?all=1&after=6']);
  });

  test('by the number of the page, until one is empty', async () => {
    serve = (url, response) => json(response, slice((Number(url.searchParams.get('page')) - 1) * 3));
    expect(await lookOnce({ items: '$', pages: { by: 'page', parameter: 'page' } }, 3)).toEqual(THREE_PAGES);
    await eventually('the empty page was asked for', () => asked.length === 4);
  });

  test('by the number of the first item, until there are fewer', async () => {
    serve = (url, response) => json(response, { d: slice(Number(url.searchParams.get('skip'))) });
    const found = await lookOnce({ items: 'd', pages: { by: 'offset', parameter: 'skip', size: 3 } }, 3);
    expect(found.map(({ d }) => d)).toEqual(THREE_PAGES);
    expect(asked.map(({ url }) => url)).toEqual(['/items?skip=0', '/items?skip=3', '/items?skip=6']);
  });

  test.each([
    ['elsewhere', { next: 'http://127.0.0.1:1/items' }, 'which is elsewhere'],
    ['to itself', { next: '/items' }, 'is itself'],
    ['without end', undefined, 'more than 4 pages'],
  ])('that lead %s are not followed', async (_title, document, reason) => {
    serve = (_url, response) => json(response, document ?? { next: `/items?n=${asked.length}` });
    const { failed } = poll({ pages: { by: 'next', field: 'next', most: 4 } });
    expect(await failed).toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID', message: expect.stringContaining(reason) });
  });
});

describe('from look to look', () => {
  test('the time moves on less the overlap', async () => {
    const { next } = poll({
      url: `${base}/items?a=1&from={since}&to={until}`,
      items: '$',
      since: { start: '2h', overlap: '90s' },
    });
    await next(1);
    await next(2);
    await eventually('three looks', () => asked.length === 3);
    const times = asked.map(({ url }) => [...new URL(url!, base).searchParams].map(([, value]) => value));
    expect(times).toEqual([
      ['1', '2026-06-01T06:00:00Z', '2026-06-01T08:00:00Z'],
      ['1', '2026-06-01T07:58:30Z', '2026-06-01T08:01:00Z'],
      ['1', '2026-06-01T07:59:30Z', '2026-06-01T08:02:00Z'],
    ]);
  });

  test.each([
    ['date', '2026-05-31'],
    ['seconds', '1780214400'],
    ['milliseconds', '1780214400000'],
  ] as const)('times as %s', async (format, written) => {
    poll({ url: `${base}/{since}/items`, since: { format } });
    await eventually('it asked', () => asked.length === 1);
    expect(asked[0]!.url).toBe(`/${written}/items`);
  });

  const sinces = () => asked.map(({ url }) => new URL(url!, base).searchParams.get('since'));

  test('the greatest time of the items counts, never one beyond the look, and never an earlier one', async () => {
    const answers = [
      [{ at: '2026-05-30T10:00:00+02:00' }, { at: '2026-05-30T09:59:59.250Z' }, {}],
      [{ at: '2026-05-29T00:00:00Z' }],
      [{ at: '9999-12-31T00:00:00Z' }],
    ];
    serve = (_url, response) => json(response, answers[asked.length - 1] ?? []);
    const { next } = poll({
      url: `${base}/items?since={since}`,
      items: '$',
      since: { item: 'at', start: '7d', overlap: '9s' },
    });
    for (const count of [1, 2, 3]) await next(count);
    await eventually('four looks', () => asked.length === 4);
    expect(sinces()).toEqual([
      '2026-05-25T08:00:00Z',
      '2026-05-30T09:59:50Z',
      '2026-05-30T09:59:50Z',
      '2026-06-01T08:01:51Z',
    ]);
  });

  test.each<[string, SinceConfig, Record<string, string>, unknown, string]>([
    [
      'the date of the answer',
      { header: 'Date' },
      { Date: 'Sat, 30 May 2026 08:00:00 GMT' },
      [],
      '2026-05-30T07:55:00Z',
    ],
    [
      'a field of the body',
      { field: 'meta.asOf', format: 'seconds' },
      {},
      { meta: { asOf: 1_780_000_000 } },
      '1779999700',
    ],
    ['a token of the body', { field: 'token', format: 'text' }, {}, { token: 'a b&c' }, 'a b&c'],
  ])('%s is the watermark', async (_title, since, headers, document, written) => {
    serve = (_url, response) => json(response, document, headers);
    const { next } = poll({ url: `${base}/items?since={since}`, since });
    await next(1);
    await eventually('two looks', () => asked.length === 2);
    expect(sinces()[1]).toBe(written);
  });

  test('numbers of items count as numbers, over all pages', async () => {
    serve = (url, response) =>
      json(response, url.searchParams.get('page') === '1' ? [{ n: 9 }, { n: '1000' }] : [{ n: 10 }]);
    const { next, taken } = poll({
      url: `${base}/items?since={since}`,
      items: '$',
      since: { item: 'n', format: 'text', initial: '0' },
      pages: { by: 'page', parameter: 'page', size: 2 },
    });
    await next(2);
    await eventually('four pages', () => asked.length === 4);
    expect(sinces()).toEqual(['0', '0', '1000', '1000']);
    expect(taken).toHaveLength(4);
  });

  test('it moves with the last page only', async () => {
    serve = (url, response) =>
      url.searchParams.get('page') === '3'
        ? response.writeHead(500).end()
        : json(response, [{ at: '2026-05-30T08:00:00Z' }]);
    const { failed, taken } = poll({
      url: `${base}/items?since={since}`,
      items: '$',
      since: { item: 'at' },
      pages: { by: 'page', parameter: 'page', size: 1 },
    });
    expect(await failed).toMatchObject({ code: 'ENDPOINT_FAILED' });
    expect(taken).toHaveLength(2);
    expect(stored).toBeUndefined();
  });

  test('what an operator sets counts from the next look, and in the middle of a look refuses it', async () => {
    const { next, failed } = poll({ url: `${base}/items?since={since}`, since: { overlap: '0s' } });
    await next(1);
    stored = '2026-01-01T00:00:00.000Z';
    serve = (_url, response) => {
      stored = '2025-01-01T00:00:00.000Z';
      response.end('[]');
    };
    await eventually('two looks', () => asked.length === 2);
    await next(2);
    serve = (_url, response) => {
      stored = '2025-01-01T00:00:00.000Z';
      response.end('[1]');
    };
    expect(await failed).toMatchObject({ code: 'WATERMARK_MOVED' });
    expect(stored).toBe('2025-01-01T00:00:00.000Z');
  });

  test.each<[string, string | undefined, SinceConfig, unknown, string]>([
    ['a watermark that is no time', '17', {}, [], 'ADAPTER_CONFIG'],
    [
      'items without the field',
      undefined,
      { item: 'at' },
      [{ changed: '2026-05-30T08:00:00Z' }],
      'ENDPOINT_ANSWER_INVALID',
    ],
    ['an answer without the header', undefined, { header: 'X-As-Of' }, [], 'ENDPOINT_ANSWER_INVALID'],
  ])('%s fails the location', async (_title, before, since, document, code) => {
    stored = before;
    serve = (_url, response) => json(response, document);
    const { failed, taken } = poll({ url: `${base}/items?since={since}`, items: '$', since });
    expect(await failed).toMatchObject({ code });
    expect(taken).toEqual([]);
  });

  test('what is the same as before a restart is no message, until an operator says so', async () => {
    serve = (_url, response) => json(response, [{ id: 1 }], { ETag: '"1"' });
    const first = poll({ items: '$' });
    await first.next(1);
    await end!();
    const second = poll({ items: '$' });
    await eventually('it asked again', () => asked.length >= 2 && clock.next() !== undefined);
    expect([first.taken.length, second.taken.length]).toEqual([1, 0]);
    stored = undefined;
    await clock.advance(60_000);
    await eventually('it is a message again', () => second.taken.length === 1);
  });

  test('what is unchanged is no message, whether the far end says so or not', async () => {
    let items = [{ id: 1 }];
    serve = (_url, response, request) => {
      if (items[0]!.id === 2 && request.headers['if-none-match'] === '"2"') response.writeHead(304).end();
      else json(response, items, items[0]!.id === 2 ? { ETag: '"2"' } : {});
    };
    const { taken, next } = poll({ items: '$' });
    await next(1);
    await next(2);
    items = [{ id: 2 }];
    await next(3);
    await next(4);
    items = [{ id: 1 }];
    await next(5);
    await eventually('what it was before is a change again', () => taken.length === 3);
    expect(taken).toEqual(['[{"id":1}]', '[{"id":2}]', '[{"id":1}]']);
    expect(asked[4]!.headers['if-none-match']).toBe('"2"');
  });

  test('nothing is no message', async () => {
    const bodies = ['', '[]', '{"items":null}', '{}'];
    serve = (_url, response) => response.end(bodies[asked.length - 1] ?? '');
    const { taken, next } = poll({ items: 'items' });
    for (let count = 1; count <= bodies.length; count += 1) await next(count);
    expect(taken).toEqual([]);
  });
});

describe('what fails', () => {
  test.each<[string, (response: ServerResponse) => void, string]>([
    ['a status', (response) => response.writeHead(503, { 'Retry-After': '7' }).end(), 'ENDPOINT_BUSY'],
    ['a refusal', (response) => response.writeHead(404).end('gone'), 'ENDPOINT_REFUSED'],
    [
      'a redirect',
      (response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
      'ENDPOINT_REFUSED',
    ],
    ['a broken connection', (response) => response.socket!.destroy(), 'ENDPOINT_FAILED'],
    ['no JSON', (response) => response.end('<html/>'), 'ENDPOINT_ANSWER_INVALID'],
    ['no list', (response) => response.end('{"items":{}}'), 'ENDPOINT_ANSWER_INVALID'],
    ['a page that is too long', (response) => response.end(`[${' '.repeat(2000)}]`), 'ENDPOINT_ANSWER_INVALID'],
  ])('%s fails the location, and nothing is taken', async (_title, answer, code) => {
    serve = (_url, response) => answer(response);
    const { failed, taken } = poll({ items: 'items', maxAnswerBytes: 1000 });
    expect(await failed).toMatchObject({ code });
    expect(taken).toEqual([]);
  });

  test('no answer in time', async () => {
    serve = () => {};
    const { failed } = poll({ timeout: '5s' });
    await eventually('it asked', () => asked.length === 1);
    await clock.advance(5000);
    expect(await failed).toMatchObject({ code: 'ENDPOINT_TIMEOUT' });
  });

  test('stopping ends the look under way', async () => {
    serve = () => {};
    const { failed } = poll({});
    await eventually('it asked', () => asked.length === 1);
    await end!();
    expect(await failed).toBeUndefined();
  });
});

test('it says who it is, in headers and in the query', async () => {
  poll({
    url: `${base}/items?a=1`,
    headers: { 'X-Council': 'northmoor' },
    auth: { type: 'apiKey', name: 'api_key', in: 'query', key: { secret: 'KEY' } },
  });
  await eventually('it asked', () => asked.length === 1);
  expect(asked[0]!.url).toBe('/items?a=1&api_key=the+key');
  expect(asked[0]!.headers['x-council']).toBe('northmoor');
});

const FILES = (url: string): Readonly<Record<string, string>> => ({
  'config/bus.yaml': 'bus: asking\norganisation: northmoor\nstore: memory\n',
  'config/applications/asking.yaml': `application: asking
receivePorts:
  changes:
    locations:
      far:
        transport: rest
        poll: { url: "${url}", every: 20ms, items: requests, since: { start: 1d }, pages: { by: page, parameter: page, size: 3 } }
        pipeline: changes
        message: change
        dedupe: [change.id, change.updated]
sendPorts:
  out: { transport: file, folder: out, pipeline: pass-through, filter: message.type == "change" }
`,
  'config/pipelines/changes.pipeline.yaml':
    'pipeline: changes\nsteps:\n  - json-disassemble: { records: requests }\n  - validate\n',
  'schemas/change.message.yaml':
    'message: change\nschema: change.schema.json\npromote: { change.id: id, change.updated: updated }\n',
  'schemas/change.schema.json': JSON.stringify({
    type: 'object',
    required: ['id', 'updated'],
    properties: { id: { type: 'string' }, updated: { type: 'string' } },
  }),
});

test('a bus takes each change once, though windows overlap, pages fail in the middle and the location starts again', async () => {
  const changes = Array.from({ length: 8 }, (_, n) => ({ id: `r${n}`, updated: 'a' }));
  let failures = 2;
  serve = (url, response) => {
    const page = Number(url.searchParams.get('page'));
    if (page === 2 && failures-- > 0) response.writeHead(500).end();
    else json(response, { requests: changes.slice((page - 1) * 3, page * 3) });
  };
  const bus = await openBus(FILES(`${base}/requests.json?updated_after={since}`));
  try {
    await eventually('all are delivered', () => bus.delivered().length >= 8);
    changes[5] = { id: 'r5', updated: 'b' };
    changes.push({ id: 'r8', updated: 'a' });
    await eventually('what is new is delivered', () => bus.delivered().length >= 10);
    const before = asked.length;
    await eventually('it went on asking', () => asked.length > before + 6);
    expect(
      bus
        .delivered()
        .map((text) => JSON.parse(text))
        .map(({ id, updated }) => `${id}${updated}`)
        .sort(),
    ).toEqual(['r0a', 'r1a', 'r2a', 'r3a', 'r4a', 'r5a', 'r5b', 'r6a', 'r7a', 'r8a']);
    expect(await bus.suspended()).toEqual([]);
  } finally {
    await bus.stop();
  }
});

test.each([
  [{ poll: { url: 'http://a/{when}' } }, ['poll.url']],
  [{ poll: { url: 'ftp://a' } }, ['poll.url']],
  [{ poll: { url: 'http://a', since: {} } }, ['poll.since']],
  [{ poll: { url: 'http://a/{since}', since: { item: 'a', field: 'b' } } }, ['poll.since.field', 'poll.since.item']],
  [{ poll: { url: 'http://a/{since}/{until}', since: { format: 'text' } } }, ['poll.since.format', 'poll.url']],
  [{ poll: { url: 'http://a', every: '0s' } }, ['poll.every']],
  [{ poll: { url: 'http://a', headers: { Host: 'b', X: '{case.id}' } } }, ['poll.headers.Host', 'poll.headers.X']],
  [{ poll: { url: 'http://a', pages: { by: 'next' } } }, ['poll.pages']],
  [{ poll: { url: 'http://a', pages: { by: 'cursor' } } }, ['poll.pages', 'poll.pages']],
  [{ poll: { url: 'http://a', pages: { by: 'page', parameter: 'p' } } }, ['poll.pages']],
  [{ poll: { url: 'http://a' }, path: '/in', access: {} }, ['path', 'access']],
  [{}, ['path']],
] as const)('check finds what is wrong with %j', (config, paths) => {
  expect(rest.check(config as never, 'receive').map(({ path }) => path)).toEqual(paths);
});

test('a two-way port cannot ask: nobody waits for its response', () => {
  const context = testAdapterContext({ twoWay: true });
  expect(() => rest.receive!({ poll: { url: 'http://a' } }, context)).toThrow(
    expect.objectContaining({ code: 'ADAPTER_CONFIG' }),
  );
});

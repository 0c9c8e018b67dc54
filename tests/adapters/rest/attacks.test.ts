/**
 * What attackers send to a REST location, byte by byte over raw sockets to a running bus: each is answered by a problem document, or
 * by the answer that any request of that meaning has; nothing that was refused goes anywhere; and after each the bus takes and
 * delivers a good message. What is refused after its body was read whole is kept for the operators: `suspended` counts it.
 */
import { connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { rest } from '../../../adapters/rest/adapter.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { type OpenBus, openBus } from '../../solution/open-bus.ts';
import { openSolution } from '../../solution/open-solution.ts';
import { type Answer, answersIn } from './raw-answers.ts';

let bus: OpenBus;
let accepted = 0;
let suspended = 0;

const APPLICATION = `application: attacked
receivePorts:
  attacked:
    locations:
      packed: { transport: rest, path: /packed, contentTypes: ["*/*"], pipeline: packed, message: entry }
      forms: { transport: rest, path: /forms, contentTypes: [application/x-www-form-urlencoded, multipart/form-data], pipeline: json-receive, message: entry }
`;

beforeAll(async () => {
  bus = await openBus({
    ...openSolution,
    'config/applications/attacked.yaml': APPLICATION,
    'config/pipelines/packed.pipeline.yaml':
      'pipeline: packed\nsteps:\n  - gunzip: { maxBytes: 1000000 }\n  - json-disassemble\n',
  });
});
afterAll(() => bus.stop());

afterEach(async () => {
  const id = `good-${accepted}`;
  const answer = await fetch(`${bus.http}/entries`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id }),
  });
  expect(answer.status).toBe(202);
  accepted += 1;
  await eventually(`${id} is delivered`, () => bus.delivered().some((text) => text.includes(`"${id}"`)));
  await eventually('all are delivered', () => bus.delivered().length >= accepted);
  expect(bus.delivered().length).toBe(accepted);
  expect((await bus.suspended()).length).toBe(suspended);
  expect(await bus.messages()).toBe(accepted + suspended);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

type Bytes = string | Buffer;
const sent = async (bytes: Bytes): Promise<readonly Answer[]> => answersIn(await bus.raw(bytes));

function expectProblem(answer: Answer | undefined, status: number, detail?: RegExp | string): void {
  expect(answer).toMatchObject({ status, contentType: 'application/problem+json' });
  expect(answer!.problem).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  if (detail !== undefined) expect(answer!.problem['detail']).toMatch(detail);
  expect(answer!.text).not.toMatch(/node_modules|\.ts\b|\n\s+at /);
}

const GOOD = '{"id":"a"}';
const LINE = 'POST /entries HTTP/1.1\r\nHost: bus\r\n';
const KEPT = `${LINE}Content-Type: application/json\r\n`;
const HEAD = `${KEPT}Connection: close\r\n`;
const LENGTH = 'Content-Length: 10\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const CHUNKS = `a\r\n${GOOD}\r\n0\r\n\r\n`;
const SECOND = `${HEAD}${LENGTH}\r\n{"id":"x"}`;

describe('requests that two servers would read in two ways', () => {
  test.each<[string, Bytes]>([
    [
      'a length and chunks, the length believed before us',
      `${KEPT}Content-Length: 6\r\n${CHUNKED}\r\n0\r\n\r\n${SECOND}`,
    ],
    [
      'chunks and a length, the chunks believed before us',
      `${KEPT}${CHUNKED}Content-Length: 4\r\n\r\n0\r\n\r\n${SECOND}`,
    ],
    ['two lengths', `${HEAD}${LENGTH}Content-Length: 9\r\n\r\n${GOOD}`],
    ['one length twice', `${HEAD}${LENGTH}${LENGTH}\r\n${GOOD}`],
    ['a list of lengths', `${HEAD}Content-Length: 10, 10\r\n\r\n${GOOD}`],
    ['a length with a sign', `${HEAD}Content-Length: +10\r\n\r\n${GOOD}`],
    ['a length below nothing', `${HEAD}Content-Length: -10\r\n\r\n${GOOD}`],
    ['a length in hexadecimal', `${HEAD}Content-Length: 0xa\r\n\r\n${GOOD}`],
    ['a length that overflows', `${HEAD}Content-Length: 18446744073709551626\r\n\r\n${GOOD}`],
    ['a length in the middle of another header', `${HEAD}X: a\rContent-Length: 10\r\n\r\n${GOOD}`],
    ['chunks, then something else', `${HEAD}${CHUNKED}Transfer-Encoding: identity\r\n\r\n${CHUNKS}`],
    ['chunks of chunks', `${HEAD}Transfer-Encoding: chunked, chunked\r\n\r\n${CHUNKS}`],
    ['a blank before the colon', `${HEAD}Transfer-Encoding : chunked\r\n\r\n${CHUNKS}`],
    ['a header that is folded', `${HEAD}Transfer-Encoding:\r\n chunked\r\n\r\n${CHUNKS}`],
    ['chunks of HTTP/1.0', `${HEAD.replace('1.1', '1.0')}${CHUNKED}\r\n${CHUNKS}`],
    ['lines that end with LF alone', `${HEAD}${LENGTH}\r\n`.replaceAll('\r', '') + GOOD],
    ['chunks that end with LF alone', `${HEAD}${CHUNKED}\r\n${CHUNKS.replaceAll('\r', '')}`],
    ['a chunk size below nothing', `${HEAD}${CHUNKED}\r\n-a\r\n${GOOD}\r\n0\r\n\r\n`],
    ['a chunk size that is none', `${HEAD}${CHUNKED}\r\n0xa\r\n${GOOD}\r\n0\r\n\r\n`],
    ['a chunk size that overflows', `${HEAD}${CHUNKED}\r\n1000000000000000a\r\n${GOOD}\r\n0\r\n\r\n`],
    ['a chunk that is longer than it says', `${HEAD}${CHUNKED}\r\n5\r\n${GOOD}\r\n0\r\n\r\n`],
    ['a length among the trailers', `${HEAD}${CHUNKED}\r\na\r\n${GOOD}\r\n0\r\nContent-Length: 3\r\n\r\n`],
    ['a NUL in a header', `${HEAD}X: a\0b\r\n${LENGTH}\r\n${GOOD}`],
    ['the greeting of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('%s', async (_title, bytes) => {
    const answers = await sent(bytes);
    expect(answers).toHaveLength(1);
    expectProblem(answers[0], 400);
  });

  test.each(['gzip, chunked', 'xchunked', 'identity', 'chunked;q=1', '"chunked"'])('the coding %s', async (coding) => {
    const answers = await sent(`${HEAD}Transfer-Encoding: ${coding}\r\n\r\n${CHUNKS}`);
    expect(answers).toHaveLength(1);
    expectProblem(answers[0], 501, 'Only the transfer encoding chunked');
  });

  test.each([
    ['no host', `POST /entries HTTP/1.1\r\nContent-Type: application/json\r\n${LENGTH}\r\n${GOOD}`, 'no header Host'],
    ['two hosts', `${HEAD}Host: other\r\n${LENGTH}\r\n${GOOD}`, 'more than one header Host'],
    ['a host that is none', `${HEAD.replace('Host: bus', 'Host: bus/@evil')}${LENGTH}\r\n${GOOD}`, 'is no host'],
    ['two content types', `${HEAD}content-type: text/xml\r\n${LENGTH}\r\n${GOOD}`, 'more than one header content-type'],
    ['two proofs of who it is', `${HEAD}Authorization: a\r\nAuthorization: b\r\n${LENGTH}\r\n${GOOD}`, 'Authorization'],
  ])('%s', async (_title, bytes, detail) => {
    const answers = await sent(bytes);
    expect(answers).toHaveLength(1);
    expectProblem(answers[0], 400, detail);
  });
});

describe('several requests over one connection', () => {
  test('each is answered in its turn', async () => {
    const one = `${KEPT}${LENGTH}\r\n${GOOD}`;
    const answers = await sent(`${one}${KEPT.replace('/entries', '/nowhere')}${LENGTH}\r\n${GOOD}${SECOND}`);
    expect(answers.map(({ status }) => status)).toEqual([202, 404, 202]);
    accepted += 2;
  });

  test.each([
    ['nonsense', 'garbage\r\n\r\n', 400],
    ['bytes of a body that is longer than it said', 'more', undefined],
    ['a tunnel', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n', 501],
  ])('%s behind a good one is answered behind it', async (_title, bytes, status) => {
    const [first, second] = await sent(`${status ? KEPT : HEAD}${LENGTH}\r\n${GOOD}${bytes}`);
    expect(first).toMatchObject({ status: 202 });
    if (status) expectProblem(second, status);
    accepted += 1;
  });
});

describe('floods', () => {
  test.each<[string, Bytes, number]>([
    ['many headers', `${HEAD}${'a: b\r\n'.repeat(10_000)}${LENGTH}\r\n${GOOD}`, 431],
    ['many empty headers', `${HEAD}${'a:\r\n'.repeat(5000)}${LENGTH}\r\n${GOOD}`, 431],
    ['a huge header', `${HEAD}X: ${'x'.repeat(200_000)}\r\n${LENGTH}\r\n${GOOD}`, 431],
    ['a huge name of a header', `${HEAD}${'x'.repeat(200_000)}: x\r\n${LENGTH}\r\n${GOOD}`, 431],
    ['a huge address', `POST /entries?${'x'.repeat(200_000)} HTTP/1.1\r\nHost: bus\r\n\r\n`, 431],
    ['huge extensions of chunks', `${HEAD}${CHUNKED}\r\na;${'x'.repeat(20_000)}\r\n${GOOD}\r\n0\r\n\r\n`, 413],
    ['many trailers', `${HEAD}${CHUNKED}\r\na\r\n${GOOD}\r\n0\r\n${'X: y\r\n'.repeat(20_000)}\r\n`, 431],
    ['a body that is announced too large', `${HEAD}Content-Length: 999999999\r\n\r\n`, 413],
    ['a chunk that is announced too large', `${HEAD}${CHUNKED}\r\n${hugeChunk()}`, 413],
  ])('%s', async (_title, bytes, status) => {
    const answers = await sent(bytes);
    expect(answers).toHaveLength(1);
    expectProblem(answers[0], status);
  });
});

function hugeChunk(): string {
  return `7fffffff\r\n${' '.repeat(10 * 1024 * 1024 + 1)}`;
}

const at = (target: string, method = 'POST') =>
  `${method} ${target} HTTP/1.1\r\nHost: bus\r\nConnection: close\r\nContent-Type: application/json\r\n${LENGTH}\r\n${GOOD}`;

describe('addresses', () => {
  test.each([
    '/entries/../entries',
    '/./entries',
    '/entries/%2e%2e/%2e%2e/etc/passwd',
    '/entries/..%2f..%2fetc%2fpasswd',
    '/entries/..%5c..%5cwindows',
    '/entries/%252e%252e%252f',
    '/entries/%c0%ae%c0%ae%c0%af',
    '/entries/%e0%80%ae',
    '/entries%00.json',
    '/entries/%zz',
    '/entries;x=1',
    '/%65ntries',
    '/ENTRIES',
    '//entries',
    '\\entries',
    'http://bus/nowhere',
    'http://bus',
  ])('%s is nothing that is served', async (target) => {
    const [answer] = await sent(at(target));
    expect([400, 404]).toContain(answer?.status);
    expectProblem(answer, answer!.status);
  });

  test.each([
    ['a NUL', '/entries\0'],
    ['bytes that are no ASCII', '/entries/\xc0\xae'],
    ['a host and a port alone', 'bus:80'],
  ])('%s is no address', async (_title, target) => {
    const [answer] = await sent(Buffer.from(at(target), 'latin1'));
    expectProblem(answer, 400);
  });

  test.each(['http://bus/entries', 'http://elsewhere:81/entries', 'HTTP://bus/entries'])(
    '%s is what it is to a proxy',
    async (target) => {
      expect(await sent(at(target))).toMatchObject([{ status: 202 }]);
      accepted += 1;
    },
  );
});

describe('methods and what else HTTP has', () => {
  test.each([
    ['TRACE', 405],
    ['GET', 405],
    ['PROPFIND', 405],
    ['CONNECT', 501],
    ['EAT', 400],
  ])('%s', async (method, status) => {
    const [answer] = await sent(
      `${method} /entries HTTP/1.1\r\nHost: bus\r\nConnection: close\r\nCookie: secret\r\n\r\n`,
    );
    expectProblem(answer, status);
    expect(answer!.text).not.toContain('secret');
  });

  test('a tunnel', async () => {
    expectProblem((await sent('CONNECT bus:80 HTTP/1.1\r\nHost: bus\r\n\r\n'))[0], 501, 'No tunnels');
  });

  test('all of the server', async () => {
    expectProblem((await sent('OPTIONS * HTTP/1.1\r\nHost: bus\r\nConnection: close\r\n\r\n'))[0], 404);
  });

  test.each(['websocket', 'h2c'])('another protocol, %s, is not spoken: the request counts', async (protocol) => {
    const socket = open();
    socket.write(`${KEPT}Connection: Upgrade\r\nUpgrade: ${protocol}\r\n${LENGTH}\r\n${GOOD}`);
    await eventually('it is answered', () => socket.text().includes('"accepted"'));
    expect(answersIn(socket.text())).toMatchObject([{ status: 202 }]);
    socket.destroy();
    accepted += 1;
  });

  test('another method in a header says nothing', async () => {
    expect(await sent(`${HEAD}X-HTTP-Method-Override: DELETE\r\n${LENGTH}\r\n${GOOD}`)).toMatchObject([
      { status: 202 },
    ]);
    accepted += 1;
  });

  test('whoever asks first whether to go on is told, and before that what is wrong', async () => {
    const expecting = `${HEAD}Expect: 100-continue\r\n`;
    expect((await sent(`${expecting}${LENGTH}\r\n${GOOD}`)).map(({ status }) => status)).toEqual([100, 202]);
    accepted += 1;
    const [large, ...more] = await sent(`${expecting}Content-Length: 999999999\r\n\r\n`);
    expectProblem(large, 413);
    expect(more).toEqual([]);
    const typed = expecting.replace('application/json', 'image/png');
    expectProblem((await sent(`${typed}${LENGTH}\r\n`))[0], 415);
    expectProblem((await sent(`${HEAD}Expect: miracles\r\n${LENGTH}\r\n${GOOD}`))[0], 417);
  });
});

describe('callers who take their time', () => {
  const slow = { head: 100, request: 100, linger: 100 };

  /** A location behind a listener with short limits: what came over a connection until it was cut, and what was handed over. */
  async function sentSlowly(bytes: string) {
    const listener = createHttpListener('127.0.0.1:0', createSystemClock(), slow);
    await listener.start();
    const seen: Incoming[] = [];
    const stopping = new AbortController();
    const location = rest.receive!({ path: '/entries' }, testAdapterContext({ http: listener }));
    const running = location.run(async ([incoming]) => {
      seen.push(incoming!);
      return [{ messageId: 'm', outcome: 'accepted' }];
    }, stopping.signal);
    const socket = connect(Number(new URL(listener.address).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.write(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
    stopping.abort();
    await running;
    await listener.stop();
    return { answers: answersIn(text), seen };
  }

  test.each([
    ['a head without end', HEAD],
    ['half a line', 'POST /ent'],
    ['a body that stops', `${HEAD}${LENGTH}\r\n{"id`],
    ['chunks that stop', `${HEAD}${CHUNKED}\r\n3\r\n{"i\r\n`],
  ])('%s is cut off in time', async (_title, bytes) => {
    const { answers, seen } = await sentSlowly(bytes);
    expect(answers).toHaveLength(1);
    expectProblem(answers[0], 408);
    expect(seen).toEqual([]);
  });

  test('whoever does not hang up after a refusal is cut off', async () => {
    const { answers } = await sentSlowly('nonsense\r\n\r\n');
    expectProblem(answers[0], 400);
  });
});

interface Talk extends Pick<Socket, 'write' | 'destroy'> {
  text(): string;
}

function open(): Talk {
  const socket = connect(Number(new URL(bus.http).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {}); // What came until then counts.
  return { write: socket.write.bind(socket), destroy: socket.destroy.bind(socket), text: () => text };
}

const post = (path: string, type: string, body: Bytes, headers = '') =>
  Buffer.concat([
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: bus\r\nConnection: close\r\nContent-Type: ${type}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
    ),
    Buffer.from(body as string),
  ]);

const ZEROS = Buffer.alloc(20_000_000, ' ');
const JSON_TYPE = 'application/json';

describe('content types and encodings', () => {
  test.each([
    ['application/json, text/xml'],
    ['application/json\ttext/xml'],
    ['json'],
    ['*/*'],
    ['application/*'],
    ['multipart/form-data; boundary=x'],
    ['application/x-java-serialized-object'],
  ])('%s is not taken', async (type) => {
    expectProblem((await sent(post('/entries', type, GOOD)))[0], 415);
  });

  test.each<[string, Buffer]>([
    ['gzip', gzipSync(ZEROS)],
    ['br', brotliCompressSync(ZEROS)],
    ['deflate', deflateSync(ZEROS)],
    ['gzip, gzip', gzipSync(gzipSync(ZEROS))],
    ['identity, gzip', gzipSync(ZEROS)],
  ])('what is packed by %s is not unpacked', async (coding, body) => {
    const [answer] = await sent(post('/entries', JSON_TYPE, body, `Content-Encoding: ${coding}\r\n`));
    expectProblem(answer, 415, coding);
    expect(answer!.headers['accept-encoding']).toBe('identity');
  });

  test('what a pipeline unpacks is unpacked up to its limit', async () => {
    const [answer] = await sent(post('/packed', 'application/gzip', gzipSync(ZEROS)));
    expectProblem(answer, 400);
    expect(answer!.problem['code']).toBe('UNPACKED_TOO_LARGE');
    suspended += 1;
  });
});

const DEEP = 10_000;
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
const note = (id: string, doctype = '') =>
  `${doctype && `<!DOCTYPE Note [${doctype}]>`}<Note xmlns="urn:notes"><Id>${id}</Id><Count>1</Count></Note>`;

describe('documents that are refused, and kept as they came', () => {
  test.each<[string, string, Bytes, string]>([
    ['a key twice', JSON_TYPE, '{"id":"a","id":"b"}', 'KEY_DUPLICATE'],
    ['a key twice, written in two ways', JSON_TYPE, '{"id":"a","\\u0069d":"b"}', 'KEY_DUPLICATE'],
    ['__proto__', JSON_TYPE, '{"id":"a","__proto__":{"polluted":true}}', 'KEY_FORBIDDEN'],
    ['__proto__ within', JSON_TYPE, '{"id":"a","more":[{"__proto__":{"polluted":true}}]}', 'KEY_FORBIDDEN'],
    ['__proto__, escaped', JSON_TYPE, '{"id":"a","\\u005f_proto__":{"polluted":true}}', 'KEY_FORBIDDEN'],
    ['10,000 lists', JSON_TYPE, `{"id":"a","more":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`, 'NESTED_TOO_DEEP'],
    ['10,000 objects', JSON_TYPE, `{"id":"a","more":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}}`, 'NESTED_TOO_DEEP'],
    ['a number that is too large', JSON_TYPE, `{"id":"a","more":1e999}`, 'JSON_NUMBER_INEXACT'],
    ['a number of 100,000 digits', JSON_TYPE, `{"id":"a","more":${'9'.repeat(100_000)}}`, 'JSON_NUMBER_INEXACT'],
    ['overlong UTF-8', JSON_TYPE, Buffer.from('{"id":"\xc0\xaf"}', 'latin1'), 'TEXT_NOT_DECODABLE'],
    ['half a surrogate', JSON_TYPE, Buffer.from('{"id":"\xed\xa0\x80"}', 'latin1'), 'TEXT_NOT_DECODABLE'],
    ['a NUL', JSON_TYPE, '{"id":"a\0"}', 'JSON_SYNTAX'],
    ['a billion laughs', 'text/xml', note('&l9;', `<!ENTITY l0 "ha">${laughs}`), 'XML_DOCTYPE'],
    [
      'an entity of 100,000 characters, often',
      'text/xml',
      note('&a;'.repeat(1000), `<!ENTITY a "${'a'.repeat(100_000)}">`),
      'XML_DOCTYPE',
    ],
    ['a file', 'text/xml', note('&x;', '<!ENTITY x SYSTEM "file:///etc/passwd">'), 'XML_DOCTYPE'],
    ['a server of our own', 'text/xml', note('&x;', '<!ENTITY x SYSTEM "http://127.0.0.1/">'), 'XML_DOCTYPE'],
    ['a parameter entity', 'text/xml', note('a', '<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;'), 'XML_DOCTYPE'],
  ])('%s', async (_title, type, body, code) => {
    suspended += 1;
    const [answer] = await sent(post(type === JSON_TYPE ? '/entries' : '/xml', type, body));
    expectProblem(answer, 400);
    expect(answer!.problem['code']).toBe(code);
    expect(answer!.text).not.toContain('root:');
    const kept = await bus.kept(String(answer!.problem['messageId']));
    expect(kept.equals(Buffer.from(body as string))).toBe(true);
  });
});

describe('forms', () => {
  const multipart = 'multipart/form-data; boundary=x';
  const part = (name: string, more = '') => `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\nv\r\n`;
  const FORM = 'application/x-www-form-urlencoded';
  test.each<[string, string, string]>([
    ['parts without end', multipart, part('a').repeat(5000)],
    ['a part that does not end', multipart, '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv'],
    ['a name without end', multipart, `${part('a'.repeat(5000))}--x--`],
    ['no boundary', 'multipart/form-data', `${part('id')}--x--`],
    ['fields 10,000 deep', FORM, `id${'[a]'.repeat(DEEP)}=1`],
    ['a field that is both', FORM, 'id=1&id[a]=2'],
    ['an encoding that is none', FORM, 'id=%zz'],
    ['overlong UTF-8', FORM, 'id=%c0%af'],
  ])('%s: nothing is taken', async (_title, type, body) => {
    const [answer] = await sent(post('/forms', type, body));
    expectProblem(answer, 400);
    expect(answer!.problem['code']).toBe('FORM_UNREADABLE');
  });

  test('fields that would be the prototype are refused as JSON ones are', async () => {
    suspended += 1;
    const [answer] = await sent(post('/forms', FORM, 'id=a&__proto__[polluted]=true'));
    expectProblem(answer, 400);
    expect(answer!.problem['code']).toBe('KEY_FORBIDDEN');
  });

  test('a part whose headers have no end is none', async () => {
    suspended += 1;
    const [answer] = await sent(post('/forms', multipart, `--x\r\n${'A: b\r\n'.repeat(20_000)}\r\nv\r\n--x--`));
    expectProblem(answer, 422);
  });

  test('the name of a file goes nowhere', async () => {
    const file = part('id', '; filename="../../etc/passwd"');
    const [answer] = await sent(post('/forms', multipart, `${file}--x--\r\n`));
    expectProblem(answer, 422);
    suspended += 1;
  });
});

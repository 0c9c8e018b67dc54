/**
 * What callers should not send, over real sockets to a running bus: each is answered as documented or cut off, kept where it was
 * a message, and after each the bus takes and delivers a good message. Messages on record = accepted + suspended.
 */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from '../../runtime/testing/eventually.ts';
import { type OpenBus, openBus } from './open-bus.ts';
import { openSolution } from './open-solution.ts';

let bus: OpenBus;
let accepted = 0;
let suspended = 0;

beforeAll(async () => {
  bus = await openBus(openSolution);
});
afterAll(() => bus.stop());

/** After every single one. */
afterEach(async () => {
  const id = `good-${accepted}`;
  const answer = await post('/entries', JSON.stringify({ id }));
  expect(answer.status).toBe(202);
  accepted += 1;
  await eventually(`${id} is delivered`, () => bus.delivered().some((text) => text.includes(`"${id}"`)));
  await eventually('all that came before are delivered', () => bus.delivered().length >= accepted);
  expect(bus.delivered()).toHaveLength(accepted);
  expect(await bus.suspended()).toHaveLength(suspended);
  expect(await bus.messages()).toBe(accepted + suspended);
});

type Bytes = string | Uint8Array<ArrayBuffer>;

async function post(path: string, body: Bytes, contentType = 'application/json') {
  const response = await fetch(`${bus.http}${path}`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': contentType },
  });
  const text = await response.text();
  expect(text).not.toMatch(/\bat .*:\d+:\d+\)|node_modules|\.ts\b|Error:/);
  return { status: response.status, headers: response.headers, text };
}

const DEEP = 10_000;
const LAUGHS = Array.from({ length: 9 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join(
  '',
);
const BOMB = `<!DOCTYPE Note [<!ENTITY l0 "ha">${LAUGHS}]>`;
const FILE = '<!DOCTYPE Note [<!ENTITY x SYSTEM "file:///etc/hostname">]>';
const note = (inner: string) => `<Note xmlns="urn:notes">${inner}</Note>`;
const NESTED = `${'<a>'.repeat(DEEP)}${'</a>'.repeat(DEEP)}`;
const bytes = (...parts: (string | number)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))));
const INVALID = bytes('{"id": "', 0xc3, 0x28, '"}');

async function expectKept(path: string, body: Bytes, contentType: string, status: number, code: string): Promise<void> {
  suspended += 1;
  const { status: got, headers, text } = await post(path, body, contentType);
  const problem = JSON.parse(text);
  expect([got, problem.code]).toEqual([status, code]);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(await bus.suspended()).toContainEqual(expect.objectContaining({ message: problem.messageId, code }));
  expect((await bus.kept(problem.messageId)).equals(Buffer.from(body as string))).toBe(true);
}

test.each<[string, Bytes, number, string]>([
  ['malformed JSON', '{"id": ', 400, 'JSON_SYNTAX'],
  ['JSON that breaks its schema', '{"id": 7}', 422, 'SCHEMA_VIOLATION'],
  ['JSON of another shape', '[1, 2]', 422, 'SCHEMA_VIOLATION'],
  ['JSON 10,000 levels deep', `{"id":"a","more":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`, 400, 'NESTED_TOO_DEEP'],
  ['a forbidden key', '{"id": "a", "__proto__": {"polluted": true}}', 400, 'KEY_FORBIDDEN'],
  ['a number that cannot be kept', '{"id": "a", "more": 12345678901234567890}', 400, 'JSON_NUMBER_INEXACT'],
  ['invalid UTF-8', INVALID, 400, 'TEXT_NOT_DECODABLE'],
  ['a NUL byte', bytes('{"id": "a', 0, '"}'), 400, 'JSON_SYNTAX'],
  ['nothing but NUL bytes', new Uint8Array(100), 400, 'JSON_SYNTAX'],
  ['blanks', '   ', 400, 'JSON_SYNTAX'],
])('rest: %s is refused and kept', async (_what, body, status, code) => {
  await expectKept('/entries', body, 'application/json', status, code);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test.each<[string, Bytes, number, string]>([
  ['malformed XML', '<Note xmlns="urn:notes"><Id>', 400, 'XML_SYNTAX'],
  ['XML that breaks its schema', note('<Id>a</Id><Count>many</Count>'), 422, 'SCHEMA_VIOLATION'],
  ['entity expansion', `${BOMB}${note('<Id>&l9;</Id><Count>1</Count>')}`, 400, 'XML_DOCTYPE'],
  ['an external entity', `${FILE}${note('<Id>&x;</Id><Count>1</Count>')}`, 400, 'XML_DOCTYPE'],
  ['a DOCTYPE', `<!DOCTYPE Note>${note('<Id>a</Id><Count>1</Count>')}`, 400, 'XML_DOCTYPE'],
  ['XML 10,000 levels deep', note(NESTED), 400, 'XML_UNEXPECTED'],
  ['an XML NUL byte', bytes('<Note xmlns="urn:notes"><Id>', 0, '</Id></Note>'), 400, 'XML_SYNTAX'],
  ['XML of another root', '<Memo xmlns="urn:notes"/>', 400, 'XML_WRONG_ROOT'],
])('rest: %s is refused and kept', async (_what, body, status, code) => {
  await expectKept('/xml', body, 'text/xml', status, code);
});

const envelope = (body: string, before = '') =>
  `${before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;

test.each<[string, Bytes, string, number, RegExp]>([
  ['malformed XML', envelope('<a>'), 'text/xml', 500, /soap:Client.*\d+:\d+/],
  ['no XML', 'hello', 'text/xml', 500, /soap:Client.*\d+:\d+/],
  ['nothing', '', 'text/xml', 500, /soap:Client/],
  [
    'entity expansion',
    envelope(note('<Id>&l9;</Id>'), BOMB),
    'text/xml',
    500,
    /soap:Client.*document type declaration/,
  ],
  [
    'an external entity',
    envelope(note('<Id>&x;</Id>'), FILE),
    'text/xml',
    500,
    /soap:Client.*document type declaration/,
  ],
  ['10,000 levels', envelope(note(NESTED)), 'text/xml', 500, /soap:Client/],
  ['invalid UTF-8', bytes('<a>', 0xc3, 0x28, '</a>'), 'text/xml', 500, /soap:Client/],
  ['a NUL byte', bytes(envelope(note(`<Id>${'\0'}</Id>`))), 'text/xml', 500, /soap:Client.*\d+:\d+/],
  ['another envelope', '<Envelope xmlns="urn:x"><Body/></Envelope>', 'text/xml', 500, /soap:VersionMismatch/],
  ['another namespace', envelope('<Note xmlns="urn:other"/>'), 'text/xml', 500, /soap:Client.*\{urn:other\}Note/],
  ['an unknown operation', envelope('<Erase xmlns="urn:notes"/>'), 'text/xml', 500, /soap:Client.*Erase.*Note/],
  ['an empty body', envelope(''), 'text/xml', 500, /soap:Client.*empty/],
  ['JSON', '{"id": "a"}', 'application/json', 415, /soap:Client.*application\/json/],
])('soap: %s is a fault, and no message', async (_what, body, contentType, status, fault) => {
  const answer = await post('/notes', body, contentType);
  expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(fault)]);
  expect(answer.headers.get('content-type')).toMatch(/^text\/xml/);
});

test('soap: a call that breaks the schema is a fault, and is kept', async () => {
  suspended += 1;
  const { status, text } = await post('/notes', envelope(note('<Id>a</Id><Count>many</Count>')), 'text/xml');
  expect([status, text]).toEqual([500, expect.stringMatching(/soap:Client.*SCHEMA_VIOLATION/)]);
});

test('soap: a good call is taken', async () => {
  const { status } = await post('/notes', envelope(note('<Id>a</Id><Count>1</Count>')), 'text/xml');
  expect(status).toBeLessThan(300);
  accepted += 1;
});

const LARGE = 50 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes held in buffers, garbage not counted. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

test.each(['/entries', '/xml', '/notes'])(
  '%s: 50 MB, announced or in chunks, is refused without being held',
  async (path) => {
    const before = held();
    const type = path === '/entries' ? 'application/json' : 'text/xml';
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${type}\r\n`;
    const announced = await bus.raw(`${head}Content-Length: ${LARGE}\r\n\r\n{"id":`);
    expect(announced).toMatch(/^HTTP\/1\.1 413 /);
    let most = 0;
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    const body = new ReadableStream({
      async pull(controller) {
        controller.enqueue(chunk);
        sent += chunk.length;
        if (sent % (8 * 1024 * 1024) === 0) most = Math.max(most, held() - before);
        if (sent >= LARGE) controller.close();
      },
    });
    let sent = 0;
    const init = { method: 'POST', body, duplex: 'half', headers: { 'Content-Type': type } };
    const status = await fetch(`${bus.http}${path}`, init as RequestInit).then(
      (response) => response.status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(status);
    expect(most).toBeLessThan(LARGE / 2);
  },
);

test.each([
  ['POST', '/entries', 'application/x-www-form-urlencoded', 415],
  ['POST', '/entries', 'image/png', 415],
  ['PUT', '/entries', 'application/json', 405],
  ['DELETE', '/entries', 'application/json', 405],
  ['POST', '/nowhere', 'application/json', 404],
  ['POST', '/entries/below', 'application/json', 404],
  ['POST', '/entries/%2e%2e%2fadmin', 'application/json', 404],
  ['POST', '/%E0%A4%A', 'application/json', 404],
  ['PUT', '/notes', 'text/xml', 405],
  ['POST', '/notes/below', 'text/xml', 404],
])('%s %s of %s is answered %i', async (method, path, contentType, status) => {
  const response = await fetch(`${bus.http}${path}`, {
    method,
    headers: { 'Content-Type': contentType },
    body: '{"id":"a"}',
  });
  expect(response.status).toBe(status);
  expect(await response.text()).not.toMatch(/node_modules|\.ts\b/);
});

const HEAD = 'POST /entries HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n';

test.each([
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n', 400],
  ['two lengths', `${HEAD}Content-Length: 10\r\nContent-Length: 11\r\n\r\n{"id":"a"}`, 400],
  ['a length and chunks', `${HEAD}Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a length that is none', `${HEAD}Content-Length: ten\r\n\r\n{"id":"a"}`, 400],
  ['a length below nothing', `${HEAD}Content-Length: -1\r\n\r\n{"id":"a"}`, 400],
  ['chunks that are none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{"id":"a"}\r\n`, 400],
  ['a header without a colon', `${HEAD}Nonsense\r\n\r\n`, 400],
  ['no host', 'POST /entries HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['a head without end', `${HEAD}X: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ['a content encoding', `${HEAD}Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n{"id":"a"}`, 415],
  ['no body', `${HEAD}Content-Length: 0\r\n\r\n`, 400],
])('%s is answered or cut, and is no message', async (_what, text, status) => {
  const answer = await bus.raw(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).not.toMatch(/node_modules|\.ts\b/);
});

test.each(['/entries', '/notes'])('%s: a caller who goes away in the middle leaves nothing behind', async (path) => {
  const type = path === '/entries' ? 'application/json' : 'text/xml';
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n`;
  await bus.raw(`${head}Content-Length: 100\r\n\r\n{"id":"cut`, { hangUp: true });
  await bus.raw(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n`, { hangUp: true });
});

test('a content type that comes twice is no content type', async () => {
  const answer = await bus.raw(`${HEAD}Content-Type: text/plain\r\nContent-Length: 10\r\n\r\n{"id":"a"}`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*more than one header Content-Type/);
});

/** As a good sender does: written elsewhere, moved into place. */
function drop(name: string, content: Bytes): string {
  const path = join(bus.inbox, name);
  writeFileSync(`${bus.inbox}-part`, content);
  renameSync(`${bus.inbox}-part`, path);
  return path;
}

test.each<[string, Bytes, string]>([
  ['a malformed file', '{"id": ', 'JSON_SYNTAX'],
  ['an empty file', '', 'JSON_SYNTAX'],
  ['a file of NUL bytes', new Uint8Array(4096), 'JSON_SYNTAX'],
  ['a file that is no text', INVALID, 'TEXT_NOT_DECODABLE'],
])('file: %s is taken away and kept', async (_what, content, code) => {
  const earlier = new Set((await bus.suspended()).map(({ id }) => id));
  const path = drop('bad.json', content);
  suspended += 1;
  await eventually('it is suspended', async () => (await bus.suspended()).length === suspended);
  const kept = (await bus.suspended()).find(({ id }) => !earlier.has(id))!;
  expect(kept.code).toBe(code);
  expect((await bus.kept(kept.message!)).equals(Buffer.from(content as string))).toBe(true);
  await eventually('the file is gone', () => !existsSync(path));
});

test('file: a good one is taken', async () => {
  const path = drop('good.json', '{"id":"from-a-file"}');
  accepted += 1;
  await eventually('it is delivered', () => bus.delivered().some((text) => text.includes('from-a-file')));
  await eventually('the file is gone', () => !existsSync(path));
});

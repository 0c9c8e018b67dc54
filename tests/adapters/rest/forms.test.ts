/** Forms, both ways over real HTTP: fields within fields, lists, files. */
import { rest } from '../../../adapters/rest/adapter.ts';
import type { RestReceiveConfig } from '../../../adapters/rest/receive.ts';
import type { RestSendConfig } from '../../../adapters/rest/send.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { bytesOf, type Message, type Part, partOf } from '../../../runtime/contracts/message.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';

const never = new AbortController().signal;
const FORM = 'application/x-www-form-urlencoded';
let close: () => Promise<void>;
let address: string;
let seen: Incoming[];

/** What takes forms, on the path that all tests send to. */
async function open(config: Partial<RestReceiveConfig> = {}): Promise<void> {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  address = `${listener.address}/in`;
  seen = [];
  const stopping = new AbortController();
  const options = { path: '/in', contentTypes: [FORM, 'multipart/form-data', 'application/json'], ...config };
  const location = rest.receive!(options, testAdapterContext({ http: listener }));
  const running = location.run(async ([incoming]) => {
    seen.push(incoming!);
    return [{ messageId: `m${seen.length}`, outcome: 'accepted' }];
  }, stopping.signal);
  close = async () => {
    stopping.abort(new Error('The test is over.'));
    await running;
    await listener.stop();
  };
}

beforeEach(() => open());
afterEach(() => close());

const documentOf = async ({ parts: [body] }: Incoming) => JSON.parse(Buffer.from(await bytesOf(body)).toString());
const received = () => documentOf(seen.at(-1)!);

async function post(body: string | FormData | Uint8Array<ArrayBuffer>, type?: string) {
  const answer = await fetch(address, { method: 'POST', body, ...(type ? { headers: { 'Content-Type': type } } : {}) });
  return { status: answer.status, problem: (await answer.json()) as { code?: string; detail?: string } };
}

async function send(document: unknown, config: Partial<RestSendConfig>, more: readonly Part[] = [], properties = {}) {
  const port = rest.send!({ url: address, ...config }, testAdapterContext());
  const made = testMessage({
    id: 'm1',
    bytes: Buffer.from(JSON.stringify(document)),
    contentType: 'application/json',
    properties,
  });
  const message: Message = { ...made, parts: [made.parts[0], ...more] };
  try {
    return await port.send(message, never);
  } finally {
    await port.close();
  }
}

const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

describe('forms that come in', () => {
  test.each([
    ['a=1&b=x+y%26z', { a: '1', b: 'x y&z' }],
    ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    [
      'service_code=001&attribute[WHISHETN]=123&attribute[SIZE][]=a&attribute%5BSIZE%5D%5B%5D=b',
      {
        service_code: '001',
        attribute: { WHISHETN: '123', SIZE: ['a', 'b'] },
      },
    ],
    ['attribute[12]=x', { attribute: { 12: 'x' } }],
    ['tags[]=only', { tags: ['only'] }],
    ['empty=&bare', { empty: '', bare: '' }],
    ['a[=1&b]=2&[c]=3', { 'a[': '1', 'b]': '2', '[c]': '3' }],
    ['', {}],
    ['a=%C3%BC', { a: 'ü' }],
  ])('%s', async (body, document) => {
    if (body === '') return expect(await post(body, FORM)).toMatchObject({ status: 400 });
    expect(await post(body, `${FORM}; charset=UTF-8`)).toMatchObject({ status: 202 });
    expect(await received()).toEqual(document);
  });

  test('no name reaches what is not of the form', async () => {
    await post('__proto__[polluted]=yes&constructor[prototype][polluted]=yes&a=1', FORM);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(await bytesOf(seen[0]!.parts[0]).then((bytes) => Buffer.from(bytes).toString())).toBe(
      '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"a":"1"}',
    );
  });

  test.each([
    ['a=%zz', /not encoded/],
    ['a=%ff', /not encoded/],
    ['a=1&a[b]=2', /both a value and a group/],
    ['a[b]=1&a=2', /both a value and a group/],
    [`a${'[b]'.repeat(17)}=1`, /too deep/],
    ['a[][b]=1', /not at its end/],
  ])('%s is refused', async (body, text) => {
    const { status, problem } = await post(body, FORM);
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'FORM_UNREADABLE' });
    expect(problem.detail).toMatch(text);
    expect(seen).toHaveLength(0);
  });

  test('files are parts of the message', async () => {
    const form = new FormData();
    form.append('case[id]', 'C-1');
    form.append('photo', new Blob([Buffer.from([0, 1, 2, 255])], { type: 'image/jpeg' }), 'häus "1".jpg');
    form.append('photo', new Blob(['two'], { type: 'text/plain' }), 'two.txt');
    expect(await post(form)).toMatchObject({ status: 202 });
    expect(await received()).toEqual({
      case: { id: 'C-1' },
      photo: [
        { part: 'photo', fileName: expect.stringContaining('häus'), contentType: 'image/jpeg', size: 4 },
        { part: 'photo-2', fileName: 'two.txt', contentType: 'text/plain', size: 3 },
      ],
    });
    const [, first, second] = seen[0]!.parts;
    expect([first!.name, second!.name]).toEqual(['photo', 'photo-2']);
    expect(Buffer.from(await bytesOf(first!))).toEqual(Buffer.from([0, 1, 2, 255]));
  });

  test('a field that is JSON is read as such', async () => {
    const part = (head: string, value: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
    const body = `${part('name="meta"\r\nContent-Type: application/json', '{"n":1}')}${part('name="plain"', '{"n":1}')}--b--\r\n`;
    await post(body, 'multipart/form-data; boundary=b');
    expect(await received()).toEqual({ meta: { n: 1 }, plain: '{"n":1}' });
  });

  test.each([
    ['no boundary', 'multipart/form-data', '--b\r\n\r\n--b--'],
    ['no end', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nhal'],
    ['what is no form', 'multipart/form-data; boundary=b', '{"a":1}'],
    [
      'too many parts',
      'multipart/form-data; boundary=b',
      `${'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(1001)}--b--\r\n`,
    ],
  ])('%s is refused', async (_what, type, body) => {
    expect(await post(body, type)).toMatchObject({ status: 400, problem: { code: 'FORM_UNREADABLE' } });
    expect(seen).toHaveLength(0);
  });

  test('one that is too large is not held', async () => {
    await close();
    await open({ maxBytes: 1000 });
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(5000)]), 'a.bin');
    expect(await post(form)).toMatchObject({ status: 413 });
  });
});

describe('forms that go out', () => {
  const report = {
    service_code: '001',
    lat: 51.5,
    attribute: { KIND: 'hole', SIZE: ['a', 'b'] },
    none: null,
    yes: true,
  };

  test('as Open311 has them, and read again they are the same', async () => {
    await send(report, { body: 'form' });
    expect(await received()).toEqual({
      service_code: '001',
      lat: '51.5',
      attribute: { KIND: 'hole', SIZE: ['a', 'b'] },
      yes: 'true',
    });
  });

  test('lists by repeated names', async () => {
    await send({ a: ['1', '2'] }, { body: 'form', lists: 'repeat' });
    expect(await received()).toEqual({ a: ['1', '2'] });
  });

  test('with the files that the document tells of', async () => {
    const photo = partOf(Buffer.from([1, 2, 3]), 'image/png', 'photo');
    await send({ ...report, photo: { part: 'photo', fileName: 'a"b\r\n.png' } }, { body: 'multipart' }, [photo]);
    expect(await received()).toMatchObject({
      attribute: { KIND: 'hole', SIZE: ['a', 'b'] },
      photo: { part: 'photo', contentType: 'image/png', size: 3 },
    });
    expect(Buffer.from(await bytesOf(seen[0]!.parts[1]!))).toEqual(Buffer.from([1, 2, 3]));
    const missing = await failure(send({ photo: { part: 'none' } }, { body: 'multipart' }, [photo]));
    expect(missing).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
  });

  test('the body as a file, streamed', async () => {
    const file = { field: 'document', fileName: '{case.id}.csv', fields: { ref: 'no. {case.id}' } };
    await send([1], { file }, [], { 'case.id': 'C/7' });
    expect(await received()).toEqual({
      ref: 'no. C/7',
      document: { part: 'document', fileName: 'C_7.csv', contentType: 'application/json', size: 3 },
    });
    expect(await failure(send([1], { file }))).toMatchObject({ code: 'ENDPOINT_REFUSED' });
  });

  test('what is no document cannot be a form', async () => {
    expect(await failure(send([1], { body: 'form' }))).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
  });

  test('PATCH and DELETE with a body, by declaration', async () => {
    await close();
    await open({ method: 'PATCH' });
    await send({ a: 1 }, { method: 'PATCH' });
    expect(await received()).toEqual({ a: 1 });
  });

  test('a header with a property of the message', async () => {
    await close();
    await open({ properties: { 'If-Match': 'http.match' } });
    await send({ a: 1 }, { headers: { 'If-Match': '"{case.etag}"' } }, [], { 'case.etag': 'v1' });
    expect(seen[0]!.context.get('http.match')?.value).toBe('"v1"');
    for (const properties of [{}, { 'case.etag': 'a\r\nX: y' }]) {
      const error = await failure(send({ a: 1 }, { headers: { 'If-Match': '{case.etag}' } }, [], properties));
      expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
    }
  });
});

describe('options', () => {
  test.each([
    ['body', { url: 'http://a/', body: 'form', file: { field: 'f' } }],
    ['file.fileName', { url: 'http://a/', file: { field: 'f', fileName: '../{x}' } }],
  ] as [string, RestSendConfig][])('%s is found wrong in %j', (path, config) => {
    expect(rest.check(config, 'send')).toEqual([expect.objectContaining({ path, severity: 'error' })]);
  });
});

/** Binary content of answers: by MTOM to those who take it, attached, or as base64; read by our own send port and by node-soap. */
import { randomBytes } from 'node:crypto';
import { createClientAsync } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import { binaryElements } from '../../../adapters/soap/attachments/binary-elements.ts';
import { openMessage } from '../../../adapters/soap/attachments/open-message.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import { readWsdl } from '../../../adapters/soap/read-wsdl.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import { bytesOf, type Message, type Part, partOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { createAuthority } from '../../servers/certificates.ts';
import { bodyText, closeLocation, envelope, openLocation, S11, S12 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/documents.wsdl';
const BIG = randomBytes(60_000);
const BASE64 = BIG.toString('base64');
const ASK = '<GetDocument xmlns="urn:test:documents"><Id>7</Id></GetDocument>';
const answer = (content: string, more = '') =>
  `<GetDocumentResponse xmlns="urn:test:documents"><Name>${BASE64}</Name><Content>${content}</Content>${more}</GetDocumentResponse>`;
const MTOM = { 'Content-Type': 'multipart/related; type="application/xop+xml"; start-info="text/xml"; boundary=M' };
const asMtom = (text: string, namespace = S11) => {
  const type = namespace === S11 ? 'text/xml' : 'application/soap+xml';
  return `--M\r\nContent-Type: application/xop+xml; charset=utf-8; type="${type}"\r\n\r\n${envelope(text, { namespace })}\r\n--M--`;
};

afterEach(closeLocation);

function serve(config: Partial<SoapReceiveConfig>, text: string, ...further: Part[]) {
  const parts: Message['parts'] = [partOf(Buffer.from(text), 'text/xml'), ...further];
  const response = Promise.resolve({ id: 'a', interchange: 'a', type: undefined, context: new Map(), parts });
  return openLocation({ wsdl: WSDL, ...config }, async () => ({ response }), { twoWay: true });
}

const isPackaged = (type: string | null) => /^multipart\/related; type="application\/xop\+xml"/.test(type ?? '');

/** Over HTTP, as bytes. */
async function ask(url: string, body: string, headers: Record<string, string> = { 'Content-Type': 'text/xml' }) {
  const response = await fetch(url, { method: 'POST', headers, body });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const type = response.headers.get('content-type')!;
  const parts = [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/Content-ID/g),
  ].length;
  return { response, bytes, type, parts, opened: openMessage(bytes, type) };
}

describe('whoever calls by MTOM', () => {
  test.each([S11, S12])('gets big base64 beside the envelope; %s', async (namespace) => {
    const { url } = await serve({}, answer(BASE64, '<Preview>AAEC</Preview>'));
    const { response, type, bytes, parts, opened } = await ask(url, asMtom(ASK, namespace), MTOM);
    expect(response.status).toBe(200);
    expect(isPackaged(type)).toBe(true);
    expect(type).toContain(`start-info="${namespace === S11 ? 'text/xml' : 'application/soap+xml'}"`);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(Buffer.from(bytes).includes(BIG)).toBe(true);
    // Name is text that looks like base64, Preview is short.
    expect(parts).toBe(2);
    const { version, body } = readEnvelope(opened.text);
    expect(version).toBe(namespace === S11 ? '1.1' : '1.2');
    expect(body[0]!.xml).toContain(answer(BASE64, '<Preview>AAEC</Preview>').slice(-200));
  });

  test('gets the parts of the answer, also one whose size nobody knows', async () => {
    const stored = {
      ...partOf(BIG, 'application/pdf', 'scan'),
      bytes: undefined,
      size: undefined,
      async *open() {
        yield BIG.subarray(0, 1000);
        yield BIG.subarray(1000);
      },
    } as unknown as Part;
    const { url } = await serve({ attachments: 'parts' }, answer('cid:scan'), stored);
    const { bytes, type, opened } = await ask(url, asMtom(ASK), MTOM);
    expect(isPackaged(type)).toBe(true);
    expect(opened.text).toContain(`<Content>${BASE64}</Content>`);
    expect(openMessage(bytes, type, 'parts').attachments.map(({ contentType }) => contentType)).toEqual([
      'application/pdf',
    ]);
  });

  test('gets a plain envelope where nothing is big, and one where it is a fault', async () => {
    const small = await serve({}, answer('AAEC'));
    expect((await ask(small.url, asMtom(ASK), MTOM)).type).toContain('text/xml');
    await closeLocation();
    const { url } = await openLocation({ wsdl: WSDL }, async () => ({ outcome: 'suspended' }), { twoWay: true });
    expect((await ask(url, asMtom(ASK), MTOM)).type).toContain('text/xml');
  });

  test('sees the connection break where a part cannot be read', async () => {
    const broken = {
      ...partOf(BIG, 'application/pdf', 'scan'),
      bytes: undefined,
      size: BIG.length,
      // biome-ignore lint/correctness/useYield: it is there to fail.
      async *open() {
        throw new Error('gone');
      },
    } as unknown as Part;
    const { url } = await serve({ answers: { attachments: 'mtom' } }, answer('cid:scan'), broken);
    await expect(ask(url, ASK && envelope(ASK))).rejects.toThrow();
  });
});

describe('whoever calls without', () => {
  test('gets base64, unless it says that it takes MTOM', async () => {
    const { url } = await serve({}, answer(BASE64));
    const plain = await ask(url, envelope(ASK));
    expect([plain.type, plain.parts]).toEqual([expect.stringContaining('text/xml'), 0]);
    expect(plain.opened.text).toContain(BASE64);
    const headers = { 'Content-Type': 'text/xml', Accept: 'text/xml, multipart/related, text/html; q=.2, */*; q=.2' };
    expect(isPackaged((await ask(url, envelope(ASK), headers)).type)).toBe(true);
  });

  test('gets MTOM where that is said, whatever there is', async () => {
    const { url } = await serve({ answers: { attachments: 'mtom' } }, answer('AAEC'));
    const { type, parts, opened } = await ask(url, envelope(ASK));
    expect([isPackaged(type), parts]).toEqual([true, 1]);
    expect(opened.text).toContain('<Content>AAEC</Content>');
  });

  test('gets attachments where that is said', async () => {
    const { url } = await serve(
      { answers: { attachments: 'swa' } },
      answer('cid:scan'),
      partOf(BIG, 'application/pdf', 'scan'),
    );
    const { type, opened } = await ask(url, envelope(ASK));
    expect(type).toMatch(/^multipart\/related; type="text\/xml"/);
    expect(opened.text).toContain('<Content>cid:scan</Content>');
    expect(Buffer.from(await bytesOf(opened.attachments[0]!)).equals(BIG)).toBe(true);
  });
});

test('base64 stays in place where that is said, and where the answer is signed', async () => {
  const { url } = await serve({ answers: { attachments: 'inline' } }, answer(BASE64));
  expect((await ask(url, asMtom(ASK), MTOM)).type).toContain('text/xml');
  await closeLocation();
  const { certificate, key } = await (await createAuthority()).issue('bus');
  const parts: Message['parts'] = [partOf(Buffer.from(answer(BASE64)), 'text/xml')];
  const response = Promise.resolve({ id: 'a', interchange: 'a', type: undefined, context: new Map(), parts });
  const sign = { certificate: { secret: 'C' }, key: { secret: 'K' } };
  const secret = (name: string) => (name === 'C' ? certificate : key);
  const signed = await openLocation({ wsdl: WSDL, sign }, async () => ({ response }), { twoWay: true, secret });
  const { type, opened } = await ask(signed.url, asMtom(ASK), MTOM);
  expect(type).toContain('text/xml');
  expect(opened.text).toMatch(/SignatureValue[\s\S]*<Content>/);
});

test('names of elements and how much they must hold can be told', async () => {
  const { url } = await serve({ answers: { binary: ['Name'], least: 4 } }, answer('AAEC'));
  expect((await ask(url, asMtom(ASK), MTOM)).parts).toBe(3);
});

test('elements that the schemas declare as base64, and no others', () => {
  const { files } = readWsdl(WSDL, {}, testAdapterContext());
  expect([...binaryElements(files)].toSorted()).toEqual(['Content', 'Icon', 'Preview']);
});

test('our own send port reads it, and so does node-soap', async () => {
  const { url } = await serve({ answers: { attachments: 'mtom' } }, answer(BASE64));
  const port = soap.send!({ wsdl: WSDL, url } as SoapSendConfig, testAdapterContext({ twoWay: true }));
  const message = testMessage({ id: 'm', bytes: Buffer.from(ASK), contentType: 'text/xml' });
  const got = await port.send(message, new AbortController().signal);
  await port.close();
  expect(await bodyText(got)).toBe(answer(BASE64));
  const client = await createClientAsync(WSDL, { disableCache: true, endpoint: url, parseReponseAttachments: true });
  const call = (client as unknown as { GetDocumentAsync(args: object): Promise<[{ Content: unknown }]> })
    .GetDocumentAsync;
  await call({ Id: '7' });
  const { lastResponseAttachments } = client as unknown as {
    lastResponseAttachments: { parts: readonly { body: Uint8Array }[] };
  };
  expect(lastResponseAttachments.parts.map(({ body }) => Buffer.from(body).equals(BIG))).toEqual([true]);
});

test.each([
  ['answers.attachments', { answers: { attachments: 'mtom' }, sign: {} }],
  ['answers.attachments', { answers: { attachments: 'swa' }, encrypt: { certificate: 'a' } }],
  ['answers.binary', { answers: { attachments: 'swa', binary: ['a'] } }],
  ['answers.least', { answers: { attachments: 'inline', least: 1 } }],
] as const)('%s is found wrong', (path, options) => {
  const config = { wsdl: 'a.wsdl', path: '/a', ...options } as unknown as SoapReceiveConfig;
  expect(soap.check(config, 'receive')).toEqual([expect.objectContaining({ path, severity: 'error' })]);
});

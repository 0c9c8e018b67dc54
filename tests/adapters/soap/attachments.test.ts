/** Binary content beside envelopes: MTOM and SwA as WCF, CXF, Axis2 and node-soap write them, in both directions. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createClientAsync } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readMediaType } from '../../../adapters/soap/attachments/media-type.ts';
import { openMessage } from '../../../adapters/soap/attachments/open-message.ts';
import { readMultipart } from '../../../adapters/soap/attachments/read-multipart.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import { XmlProblem } from '../../../adapters/soap/xml-reader.ts';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import { bytesOf, type Message, type Part, partOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { fc } from '../../properties.ts';
import { bodyText, closeLocation, openLocation, S11, S12 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const PDF = Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x0a]);
const open = (inside: string) => `<OpenCase xmlns="urn:test:types"><Title>${inside}</Title></OpenCase>`;
const include = (id: string) => `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:${id}"/>`;
const envelope = (body: string, namespace = S11) =>
  `<s:Envelope xmlns:s="${namespace}"><s:Body>${body}</s:Body></s:Envelope>`;
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';

function multipart(root: string, rootHead: string, attachment: string, content: Buffer = PDF, eol = '\r\n'): Buffer {
  const lines = (...all: string[]) => Buffer.from(all.join(eol));
  return Buffer.concat([
    lines('', '--MIME-1', rootHead, '', root, '--MIME-1', attachment, '', ''),
    content,
    lines('', '--MIME-1--', ''),
  ]);
}

afterEach(() => closeLocation());

const named = (parts: readonly Part[]) => parts.map(({ name, contentType }) => `${name} ${contentType}`);

describe('calls that come', () => {
  async function take(bytes: Buffer, type: string, config: Partial<SoapReceiveConfig> = {}): Promise<Incoming> {
    const { post, seen } = await openLocation({ wsdl: WSDL, ...config });
    const answer = await post(Uint8Array.from(bytes), { 'Content-Type': type, 'MIME-Version': '1.0' });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('OpenCaseResponse')]);
    return seen[0]!;
  }

  const CXF = [
    multipart(
      envelope(open(include('4c1e-1@cxf.apache.org'))),
      'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <root.message@cxf.apache.org>',
      'Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <4c1e-1@cxf.apache.org>',
    ),
    'multipart/related; type="application/xop+xml"; boundary="MIME-1"; start="<root.message@cxf.apache.org>"; start-info="text/xml"',
  ] as const;

  test('from CXF: content in its place as base64', async () => {
    const incoming = await take(...CXF);
    expect(await bodyText(incoming)).toBe(open(PDF.toString('base64')));
    expect(incoming.parts).toHaveLength(1);
  });

  test('from CXF: content as a part', async () => {
    const incoming = await take(...CXF, { attachments: 'parts' });
    expect(await bodyText(incoming)).toBe(open('cid:4c1e-1%40cxf.apache.org'));
    expect(named(incoming.parts)).toEqual(['body text/xml; charset=utf-8', '4c1e-1@cxf.apache.org application/pdf']);
    expect(Buffer.from(await bytesOf(incoming.parts[1]!))).toEqual(PDF);
  });

  test('from WCF: SOAP 1.2, the id escaped in the reference', async () => {
    const body = multipart(
      envelope(open(include('http%3A%2F%2Ftempuri.org%2F1%2F6390')), S12),
      'Content-ID: <http://tempuri.org/0>\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: application/xop+xml;charset=utf-8;type="application/soap+xml"',
      'Content-ID: <http://tempuri.org/1/6390>\r\nContent-Transfer-Encoding: binary\r\nContent-Type: application/octet-stream',
    );
    const type =
      'multipart/related; type="application/xop+xml";start="<http://tempuri.org/0>";boundary="MIME-1";start-info="application/soap+xml"; action="urn:test:desk/OpenCase"';
    expect(await bodyText(await take(body, type))).toBe(open(PDF.toString('base64')));
  });

  test('from Axis: attachments that are only referred to, in base64 and with bare line feeds', async () => {
    const body = multipart(
      envelope('<OpenCase xmlns="urn:test:types"><Title href="cid:A1"/></OpenCase>'),
      'Content-Type: text/xml; charset=UTF-8\nContent-Id: <root>',
      'Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Id:\n <A1>',
      Buffer.from(PDF.toString('base64')),
      '\n',
    );
    const incoming = await take(body, 'multipart/related; type="text/xml"; start="<root>"; boundary=MIME-1');
    expect(await bodyText(incoming)).toContain('href="cid:A1"');
    expect(named(incoming.parts)).toEqual(['body text/xml; charset=utf-8', 'A1 image/png']);
    expect(Buffer.from(await bytesOf(incoming.parts[1]!))).toEqual(PDF);
  });

  test("from node-soap's client", async () => {
    const { url, seen } = await openLocation({ wsdl: WSDL });
    const client = await createClientAsync(`${url}?wsdl`, { disableCache: true });
    const attachments = [
      { mimetype: 'application/pdf', contentId: 'plan', name: 'plan.pdf', body: PDF, encoding: 'binary', headers: {} },
    ];
    const call = (client as unknown as Record<string, (args: object, options: object) => Promise<unknown>>)[
      'OpenCaseAsync'
    ]!;
    await call({ _xml: open(include('plan')) }, { forceMTOM: true, attachments });
    expect(await bodyText(seen[0])).toBe(open(PDF.toString('base64')));
  });

  test('an answer of several parts has them in its document', async () => {
    const parts: Message['parts'] = [
      partOf(Buffer.from(ANSWER.replace('0042', 'cid:scan')), 'text/xml'),
      partOf(PDF, 'application/pdf', 'scan'),
    ];
    const response = Promise.resolve({ id: 'a', interchange: 'a', type: undefined, context: new Map(), parts });
    const { post } = await openLocation({ wsdl: WSDL }, async () => ({ response }), { twoWay: true });
    const { text } = await post(envelope(open('x')));
    expect(readEnvelope(text).body[0]!.xml).toBe(ANSWER.replace('0042', PDF.toString('base64')));
  });
});

describe('what cannot be taken apart', () => {
  const root = 'Content-Type: application/xop+xml; type="text/xml"';
  const related = (more = '') => `multipart/related; boundary="MIME-1"${more}`;

  test.each([
    [
      'content that is included again and again',
      multipart(envelope(`<a>${include('x').repeat(20)}</a>`), root, 'Content-ID: <x>', Buffer.alloc(5000)),
      related(),
      /again and again/,
    ],
    ['no boundary', Buffer.from('x'), 'multipart/related', /names no boundary/],
    ['another boundary', Buffer.from('--A\r\n'), related(), /no part: the boundary MIME-1 is nowhere/],
    ['no end', Buffer.from('--MIME-1\r\nA: b\r\n\r\nx'), related(), /last part has no end/],
    ['no head', Buffer.from('--MIME-1\r\nA: b\r\n--MIME-1--'), related(), /has no end/],
    ['no root', multipart(envelope('<a/>'), root, 'Content-ID: <x>'), related('; start="<y>"'), /no part <y>/],
    [
      'content that is not there',
      multipart(envelope(include('y')), root, 'Content-ID: <x>'),
      related(),
      /includes cid:y, which is not there/,
    ],
    [
      'two of one name',
      Buffer.concat([
        multipart(envelope('<a/>'), root, 'Content-ID: <x>').subarray(0, -12),
        Buffer.from('\r\n--MIME-1\r\nContent-ID: <x>\r\n\r\n\r\n--MIME-1--'),
      ]),
      related(),
      /two parts called x/,
    ],
    [
      'an unknown transfer encoding',
      multipart(envelope('<a/>'), root, 'Content-Transfer-Encoding: x-uuencode'),
      related(),
      /x-uuencode, which is not known/,
    ],
    ['too many', Buffer.from(`${'--MIME-1\r\n\r\nx\r\n'.repeat(101)}--MIME-1--`), related(), /more than 100 parts/],
  ])('%s', (_title, bytes, type, reason) => {
    expect(() => openMessage(bytes, type)).toThrow(XmlProblem);
    expect(() => openMessage(bytes, type)).toThrow(reason);
  });

  test('is a fault', async () => {
    const { post, seen } = await openLocation({ wsdl: WSDL });
    const answer = await post('x', { 'Content-Type': 'multipart/related' });
    expect([answer.status, answer.text]).toEqual([500, expect.stringContaining('names no boundary')]);
    expect(seen).toEqual([]);
  });
});

describe('calls that go', () => {
  const text = '<OpenCase xmlns="urn:test:types"><Title>cid:plan.pdf</Title><Text>aGFsbG8=</Text></OpenCase>';
  const body = partOf(Buffer.from(text), 'text/xml');
  const streamed: Part = {
    name: 'my plan',
    contentType: 'image/png',
    size: undefined,
    async *open() {
      yield PDF;
      yield PDF;
    },
  };
  const parts: Message['parts'] = [body, partOf(PDF, 'application/pdf', 'plan.pdf')];

  async function call(
    config: Partial<SoapSendConfig>,
    given: Message['parts'] = parts,
    answer?: (response: ServerResponse) => void,
  ): Promise<{ readonly received: Buffer; readonly request: IncomingMessage; readonly incoming: Incoming }> {
    let received: Buffer = Buffer.alloc(0);
    const sink = await openSink((bytes, response) => {
      received = bytes;
      if (answer) answer(response);
      else response.end(envelope(ANSWER, config.soap12 ? S12 : S11));
    });
    try {
      const port = soap.send!({ wsdl: WSDL, url: sink.address, ...config }, testAdapterContext({ twoWay: true }));
      const message = { ...testMessage({ id: 'm', bytes: Buffer.from(text), contentType: 'text/xml' }), parts: given };
      const incoming = (await port.send(message, new AbortController().signal))!;
      await port.close();
      return { received, request: sink.requests[0]!, incoming };
    } finally {
      await sink.close();
    }
  }

  test('by MTOM, with elements whose base64 goes along as bytes', async () => {
    const { received, request } = await call({ attachments: { send: 'mtom', binary: ['Text'] } });
    const type = readMediaType(request.headers['content-type']!);
    expect(type.type).toBe('multipart/related');
    expect(Object.fromEntries(type.parameters)).toMatchObject({
      type: 'application/xop+xml',
      'start-info': 'text/xml',
      start: '<envelope@guildhall>',
    });
    expect(request.headers['content-length']).toBe(String(received.length));
    const [root, plan, hello] = readMultipart(received, type.parameters.get('boundary')!);
    expect(root!.headers.get('content-type')).toBe('application/xop+xml; charset=utf-8; type="text/xml"');
    expect([...plan!.headers.values()]).toEqual(['application/pdf', 'binary', '<plan.pdf>']);
    expect([Buffer.from(plan!.bytes), Buffer.from(hello!.bytes).toString()]).toEqual([PDF, 'hallo']);
    expect(readEnvelope(openMessage(received, request.headers['content-type']!).text).body[0]!.xml).toBe(
      text.replace('cid:plan.pdf', PDF.toString('base64')),
    );
  });

  test('by MTOM in SOAP 1.2, with a part whose length nobody knows', async () => {
    const unknown: Message['parts'] = [
      partOf(Buffer.from(text.replace('cid:plan.pdf', 'cid:my%20plan')), 'text/xml'),
      streamed,
    ];
    const { received, request } = await call({ attachments: { send: 'mtom' }, soap12: true }, unknown);
    expect(request.headers['transfer-encoding']).toBe('chunked');
    const type = readMediaType(request.headers['content-type']!);
    expect(Object.fromEntries(type.parameters)).toMatchObject({
      'start-info': 'application/soap+xml',
      action: 'urn:test:desk/OpenCase12',
    });
    expect(openMessage(received, request.headers['content-type']!).text).toContain(
      Buffer.concat([PDF, PDF]).toString('base64'),
    );
  });

  test('with attachments beside the envelope', async () => {
    const { received, request } = await call({ attachments: { send: 'swa' } });
    const type = request.headers['content-type']!;
    expect(readMediaType(type).parameters.get('type')).toBe('text/xml');
    const opened = openMessage(received, type);
    expect(readEnvelope(opened.text).body[0]!.xml).toBe(text);
    expect(named(opened.attachments)).toEqual(['plan.pdf application/pdf']);
  });

  test('inline, or not at all', async () => {
    const { received, request } = await call({ attachments: { send: 'inline' } });
    expect(request.headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(received.toString()).toContain(`<Title>${PDF.toString('base64')}</Title>`);
    expect((await call({})).received.toString()).toContain('<Title>cid:plan.pdf</Title>');
  });

  test('whose answer has content of its own', async () => {
    const answered = multipart(
      envelope(ANSWER.replace('0042', include('n1'))),
      'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\nContent-ID: <0>',
      'Content-Type: image/png\r\nContent-ID: <n1>',
    );
    const answer = (response: ServerResponse) =>
      response
        .setHeader('Content-Type', 'Multipart/Related; boundary=MIME-1; type="application/xop+xml"; start="<0>"')
        .end(answered);
    const inline = await call({}, [body], answer);
    expect(await bodyText(inline.incoming)).toBe(ANSWER.replace('0042', PDF.toString('base64')));
    const apart = await call({ attachments: { answers: 'parts' } }, [body], answer);
    expect(await bodyText(apart.incoming)).toBe(ANSWER.replace('0042', 'cid:n1'));
    expect(named(apart.incoming.parts.slice(1))).toEqual(['n1 image/png']);
  });
});

test('whatever stands in a part comes out as it went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const whole = multipart('<a/>', 'A: b', 'C: d', Buffer.from(bytes));
      const [, part] = readMultipart(whole, 'MIME-1');
      expect(Buffer.from(part!.bytes)).toEqual(Buffer.from(bytes));
    }),
  );
});

test.each([
  ['attachments.binary', 'send', { wsdl: 'a.wsdl', attachments: { binary: ['A'] } }],
  [
    'attachments.send',
    'send',
    { wsdl: 'a.wsdl', attachments: { send: 'mtom' }, sign: { certificate: 'a', key: { secret: 'K' } } },
  ],
  ['attachments.answers', 'send', { wsdl: 'a.wsdl', attachments: { answers: 'parts' }, signature: { trusted: ['a'] } }],
  ['attachments', 'receive', { wsdl: 'a.wsdl', path: '/a', attachments: 'parts', signature: { trusted: ['a'] } }],
] as [string, 'send' | 'receive', SoapSendConfig][])('%s of %s is found wrong', (path, direction, config) => {
  expect(soap.check(config, direction)).toEqual([expect.objectContaining({ path, severity: 'error' })]);
});

/** Calling a hand-made SOAP service with the habits of real ones. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import type { AdapterContext, SendPort } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';

const S11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const S12 = 'http://www.w3.org/2003/05/soap-envelope';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Text>b</t:Text><t:Title>ü &lt; 1</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';
const envelope = (body: string, namespace = S11) =>
  `<e:Envelope xmlns:e="${namespace}"><e:Body>${body}</e:Body></e:Envelope>`;

const never = new AbortController().signal;
const secret = (name: string) => `the ${name}`;
let sink: HttpSink;
let port: SendPort | undefined;
let received: string;
let serve: (response: ServerResponse, request: IncomingMessage) => void;

beforeEach(async () => {
  serve = (response) => response.setHeader('Content-Type', 'text/xml').end(envelope(ANSWER));
  sink = await openSink((body, response, request) => {
    received = body.toString();
    serve(response, request);
  });
});

afterEach(async () => {
  await port?.close();
  await sink.close();
});

function open(config: Partial<SoapSendConfig> = {}, context: Partial<AdapterContext> = {}): SendPort {
  const options = { wsdl: 'tests/adapters/soap/wsdl/desk.wsdl', url: `${sink.address}/desk?v=1`, ...config };
  port = soap.send!(options, testAdapterContext({ twoWay: true, secret, ...context }));
  return port;
}

const message = (text = OPEN, contentType = 'text/xml; charset=utf-8') =>
  testMessage({ id: 'm1', bytes: Buffer.from(text), contentType });

const send = (config: Partial<SoapSendConfig> = {}, context: Partial<AdapterContext> = {}, signal = never) =>
  open(config, context).send(message(), signal);

async function failure(work: Promise<unknown>): Promise<BusError> {
  return work.then(
    () => {
      throw new Error('It resolved.');
    },
    (thrown) => thrown as BusError,
  );
}

const answered = (
  status: number,
  body: string,
  type = 'text/xml; charset=utf-8',
  context: Partial<AdapterContext> = {},
) => {
  serve = (response) => response.writeHead(status, { 'Content-Type': type }).end(body);
  return failure(send({}, context));
};

describe('the call', () => {
  test('our XML goes as it is into the body, the operation is found by its root', async () => {
    const answer = await open().send(message(`\ufeff<?xml version="1.0"?>\n<!-- c -->${OPEN}\n`), never);
    expect(readEnvelope(received)).toMatchObject({ version: '1.1', body: [{ xml: OPEN }] });
    expect(sink.requests[0]).toMatchObject({
      method: 'POST',
      url: '/desk?v=1',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"urn:test:desk/OpenCase"',
        'idempotency-key': 'm1@test',
        'content-length': String(Buffer.byteLength(received)),
      },
    });
    expect(Buffer.from(await bytesOf(answer!.parts[0])).toString()).toBe(ANSWER);
    expect(answer!.parts[0].contentType).toBe('text/xml; charset=utf-8');
    expect(Object.fromEntries([...answer!.context].map(([name, { value }]) => [name, value]))).toEqual({
      'http.status': 200,
      'soap.operation': 'OpenCase',
    });
  });

  test('SOAP 1.2 with its action, by option or by port', async () => {
    for (const config of [{ soap12: true }, { port: 'Soap12' }]) {
      await send(config);
      expect(readEnvelope(received)).toMatchObject({ version: '1.2', body: [{ xml: OPEN }] });
      const { headers } = sink.requests.at(-1)!;
      expect(headers['content-type']).toBe('application/soap+xml; charset=utf-8; action="urn:test:desk/OpenCase12"');
      expect(headers['soapaction']).toBeUndefined();
    }
  });

  test('action, headers and HTTP Basic', async () => {
    const auth = { type: 'basic', user: 'u', password: { secret: 'P' } } as const;
    await send({ soapAction: 'urn:mine', headers: { 'X-Key': { secret: 'K' }, 'X-A': 'a' }, auth });
    const { headers } = sink.requests[0]!;
    expect(headers).toMatchObject({ soapaction: '"urn:mine"', 'x-key': 'the K', 'x-a': 'a' });
    expect(Buffer.from(headers.authorization!.slice(6), 'base64').toString()).toBe('u:the P');
  });

  test('a UsernameToken, as text and as digest', async () => {
    const auth = { type: 'usernameToken', user: 'u', password: { secret: 'P' } } as const;
    await send({ auth });
    expect(received).toMatch(/<wsse:Username>u<[\s\S]*#PasswordText">the P</);
    expect(readEnvelope(received).header).toMatchObject([{ local: 'Security', mustUnderstand: true }]);
    await send({ auth: { ...auth, digest: true } });
    expect(received).toMatch(/#PasswordDigest">/);
    expect(received).not.toContain('the P');
  });

  test.each([
    ['the root of no operation', '<Shut xmlns="urn:test:types"/>', /no operation takes {urn:test:types}Shut/],
    ['the wrong namespace', '<OpenCase/>', /no operation takes OpenCase;/],
    ['not well-formed', '</e:Body><x/>', /well-formed/],
    ['a document type', `<!DOCTYPE a>${OPEN}`, /document type/],
    ['no XML', '{}', /well-formed/],
  ])('%s is refused before anything is sent', async (_title, text, reason) => {
    const error = await failure(open().send(message(text), never));
    expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message', message: expect.stringMatching(reason) });
    expect(sink.requests).toEqual([]);
  });

  test('with `operation`, no other is called', async () => {
    expect(await failure(send({ operation: 'Note' }))).toMatchObject({ code: 'ENDPOINT_REFUSED' });
    expect(() => open({ operation: 'Nope' })).toThrow(/no operation Nope; it has OpenCase, Note/);
  });

  test('one-way: an empty answer will do', async () => {
    serve = (response) => response.writeHead(202).end();
    const note = message('<Note xmlns="urn:test:types">n</Note>');
    expect(await open({}, { twoWay: false }).send(note, never)).toBeUndefined();
    serve = (response) => response.end(envelope(''));
    expect(await open({}, { twoWay: false }).send(note, never)).toBeUndefined();
  });
});

describe('faults', () => {
  const detail =
    '<d:Duplicate xmlns:d="urn:d"><d:Original>007</d:Original><d:Seen>a</d:Seen><d:Seen>b &amp; &#x41;</d:Seen></d:Duplicate>';
  const fault = (code: string, told = '') =>
    envelope(`<e:Fault><faultcode>e:${code}</faultcode><faultstring>No.\n It is there</faultstring>${told}</e:Fault>`);

  test.each([500, 200, 400])('with status %i: the detail names it and tells more', async (status) => {
    const error = await answered(status, fault('Server', `<detail>${detail}</detail>`));
    expect(error).toMatchObject({ code: 'ENDPOINT_FAULT', kind: 'message', fault: 'Duplicate' });
    expect(error.message).toContain('the fault Duplicate: No. It is there.');
    expect(error.detail).toEqual({
      faultcode: 'e:Server',
      faultstring: 'No.\n It is there',
      Original: '007',
      Seen: ['a', 'b & A'],
    });
  });

  test('without detail, the code names it; a server fault is tried again', async () => {
    expect(await answered(500, fault('Server', '<detail/>'))).toMatchObject({ kind: 'transient', fault: 'Server' });
    expect(await answered(500, fault('Client'))).toMatchObject({ kind: 'message', fault: 'Client' });
    expect(await answered(500, fault('Server', '<detail>plain</detail>'))).toMatchObject({
      kind: 'message',
      fault: 'Server',
      detail: { text: 'plain' },
    });
  });

  test('SOAP 1.2', async () => {
    const in12 = (code: string, subcode = '', told = '') =>
      envelope(
        `<e:Fault><e:Code><e:Value>e:${code}</e:Value>${subcode && `<e:Subcode><e:Value xmlns:m="urn:m">m:${subcode}</e:Value></e:Subcode>`}</e:Code><e:Reason><e:Text xml:lang="en">No</e:Text><e:Text xml:lang="cy">Na</e:Text></e:Reason>${told}</e:Fault>`,
        S12,
      );
    const type = 'application/soap+xml';
    expect(await answered(400, in12('Sender', 'TooMany'), type)).toMatchObject({ kind: 'message', fault: 'TooMany' });
    expect(await answered(500, in12('Receiver'), type)).toMatchObject({ kind: 'transient', fault: 'Receiver' });
    expect(await answered(500, in12('Receiver', '', `<e:Detail>${detail}</e:Detail>`), type)).toMatchObject({
      kind: 'message',
      fault: 'Duplicate',
      detail: { Original: '007', faultstring: 'No' },
    });
  });

  test('a fault on a one-way port is one too', async () => {
    expect(await answered(200, fault('Client'), 'text/xml', { twoWay: false })).toMatchObject({
      code: 'ENDPOINT_FAULT',
    });
  });

  test('names that would harm an object do not', async () => {
    const error = await answered(500, fault('Client', '<detail><a><__proto__><x>1</x></__proto__></a></detail>'));
    expect(error).toMatchObject({ code: 'ENDPOINT_FAULT', kind: 'message' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('answers that are none', () => {
  test.each([
    [
      'a web page in a 200',
      200,
      '<html><h1>Login</h1></html>',
      'text/html',
      'ENDPOINT_ANSWER_INVALID',
      'message',
      /web page: Login/,
    ],
    [
      'a web page in a 500',
      500,
      '<html><style>x</style><h1>Oops</h1></html>',
      'text/html',
      'ENDPOINT_FAILED',
      'transient',
      /status 500: Oops/,
    ],
    ['a web page in a 404', 404, '<html>Gone</html>', 'text/html', 'ENDPOINT_REFUSED', 'message', /status 404: Gone/],
    ['text', 200, 'OK', 'text/xml', 'ENDPOINT_ANSWER_INVALID', 'message', /well-formed/],
    [
      'half an envelope',
      200,
      envelope(ANSWER).slice(0, 100),
      'text/xml',
      'ENDPOINT_ANSWER_INVALID',
      'message',
      /well-formed/,
    ],
    ['other XML', 200, '<a/>', 'text/xml', 'ENDPOINT_ANSWER_INVALID', 'message', /not a SOAP envelope/],
    ['nothing', 200, '', 'text/xml', 'ENDPOINT_ANSWER_INVALID', 'message', /empty/],
    ['an empty body', 200, envelope(''), 'text/xml', 'ENDPOINT_ANSWER_INVALID', 'message', /empty/],
    ['busy', 503, 'later', 'text/plain', 'ENDPOINT_BUSY', 'transient', /later/],
    ['no access', 401, '', 'text/plain', 'ENDPOINT_DENIED', 'transient', /401/],
    ['an envelope in a 500', 500, envelope(ANSWER), 'text/xml', 'ENDPOINT_FAILED', 'transient', /500/],
    [
      'entities',
      200,
      `<!DOCTYPE a [<!ENTITY x "y">]>${envelope('<a>&x;</a>')}`,
      'text/xml',
      'ENDPOINT_ANSWER_INVALID',
      'message',
      /document type/,
    ],
  ])('%s', async (_title, status, body, type, code, kind, reason) => {
    expect(await answered(status, body, type)).toMatchObject({ code, kind, message: expect.stringMatching(reason) });
  });

  test('one that is too long', async () => {
    serve = (response) => response.end(envelope(`<a>${'x'.repeat(5000)}</a>`));
    expect(await failure(send({ maxAnswerBytes: 1000 }))).toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID' });
  });

  test('namespaces of the envelope come along with the element', async () => {
    serve = (response) =>
      response.end(
        `<e:Envelope xmlns:e="${S11}" xmlns:xs="urn:xs" xmlns:n="urn:n"><e:Body><n:A type="xs:string"/></e:Body></e:Envelope>`,
      );
    const answer = await send();
    expect(Buffer.from(await bytesOf(answer!.parts[0])).toString()).toBe(
      '<n:A xmlns:xs="urn:xs" xmlns:n="urn:n" type="xs:string"/>',
    );
  });

  test('a reset connection, nobody there, and an abort while it says nothing', async () => {
    serve = (response) => response.socket!.destroy();
    expect(await failure(send())).toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
    serve = () => {};
    const giveUp = new AbortController();
    const sent = failure(send({}, {}, giveUp.signal));
    const reason = new Error('The deadline is over.');
    giveUp.abort(reason);
    expect(await sent).toBe(reason);
    await sink.close();
    expect(await failure(send())).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
  });
});

describe('options', () => {
  test.each([
    ['wsdl', { wsdl: 'https://a/b?wsdl' }],
    ['url', { wsdl: 'a.wsdl', url: 'http://u:p@a/' }],
    ['headers.soapaction', { wsdl: 'a.wsdl', headers: { soapaction: 'x' } }],
    ['auth', { wsdl: 'a.wsdl', headers: { authorization: 'x' }, auth: { type: 'bearer', token: { secret: 'T' } } }],
  ] as [string, SoapSendConfig][])('%s is found wrong in %j', (path, config) => {
    expect(soap.check(config, 'send')).toEqual([expect.objectContaining({ path, severity: 'error' })]);
  });
});

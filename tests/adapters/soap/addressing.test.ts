/** WS-Addressing in calls: what they carry, the actions that a WSDL implies, and answers as WCF and Axis2 give them. */
import type { ServerResponse } from 'node:http';
import { soap } from '../../../adapters/soap/adapter.ts';
import { actionsOf } from '../../../adapters/soap/addressing/actions.ts';
import type { AddressingConfig } from '../../../adapters/soap/addressing/config.ts';
import { readAddressing } from '../../../adapters/soap/addressing/read.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import { readService } from '../../../adapters/soap/service.ts';
import { readWsdlFiles } from '../../../adapters/soap/wsdl-files.ts';
import type { Incoming, SendPort } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const W10 = 'http://www.w3.org/2005/08/addressing';
const W04 = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>A</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';
const never = new AbortController().signal;
let sink: HttpSink;
let port: SendPort | undefined;
let received: string[];
let serve: (response: ServerResponse, body: string) => void;

beforeEach(async () => {
  received = [];
  serve = (response) => response.end(answer(''));
  sink = await openSink((body, response) => {
    received.push(body.toString());
    serve(response, body.toString());
  });
});

afterEach(async () => {
  await port?.close();
  await sink.close();
});

/** As WCF writes it. */
const answer = (header: string, namespace = 'http://schemas.xmlsoap.org/soap/envelope/') =>
  `<s:Envelope xmlns:s="${namespace}" xmlns:a="${W10}"><s:Header>${header}</s:Header><s:Body>${ANSWER}</s:Body></s:Envelope>`;

function send(
  addressing: AddressingConfig,
  config: Partial<SoapSendConfig> = {},
  properties: Record<string, string> = {},
): Promise<Incoming | undefined> {
  port = soap.send!(
    { wsdl: WSDL, url: `${sink.address}/desk`, addressing, ...config },
    testAdapterContext({ twoWay: true }),
  );
  return port.send(testMessage({ id: 'm1', bytes: Buffer.from(OPEN), contentType: 'text/xml', properties }), never);
}

const sent = (index = 0) => readAddressing(readEnvelope(received[index]!).header);
const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

describe('a call', () => {
  test('says what it is, for whom, and where the answer goes; every attempt has the same id', async () => {
    await send({});
    await send({});
    expect(sent()).toEqual({
      version: '1.0',
      action: 'urn:test:desk/OpenCase',
      messageId: expect.stringMatching(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      to: `${sink.address}/desk`,
      replyTo: { address: `${W10}/anonymous`, parameters: [] },
    });
    expect(sent(1)).toEqual(sent());
  });

  test('by the submission of 2004, in SOAP 1.2, with all that can be said', async () => {
    const addressing = {
      version: '2004/08',
      action: 'urn:mine',
      to: 'urn:them',
      from: 'urn:us',
      replyTo: 'https://bus/replies',
      relatesTo: 'wsa.messageId',
      mustUnderstand: true,
    } as const;
    serve = (response) => response.end(answer('', 'http://www.w3.org/2003/05/soap-envelope'));
    await send(addressing, { soap12: true }, { 'wsa.messageId': 'urn:first' });
    expect(sent()).toMatchObject({
      version: '2004/08',
      action: 'urn:mine',
      to: 'urn:them',
      from: { address: 'urn:us' },
      replyTo: { address: 'https://bus/replies' },
      relatesTo: 'urn:first',
    });
    const must = readEnvelope(received[0]!).header.filter(({ mustUnderstand }) => mustUnderstand);
    expect(must.map(({ local }) => local)).toEqual(['Action', 'To']);
  });
});

describe('an answer', () => {
  test('that answers it has its headers as properties that subscriptions may ask for', async () => {
    serve = (response) =>
      response.end(
        answer(
          `<a:Action s:mustUnderstand="1">urn:done</a:Action><a:MessageID>urn:2</a:MessageID><a:RelatesTo>${sent()!.messageId}</a:RelatesTo><a:To>${W10}/anonymous</a:To>`,
        ),
      );
    const incoming = await send({});
    expect(incoming!.context.get('wsa.action')).toEqual({ value: 'urn:done', promoted: true });
    expect(incoming!.context.get('wsa.messageId')?.value).toBe('urn:2');
    expect(incoming!.context.get('wsa.relatesTo')?.value).toBe(sent()!.messageId);
  });

  test('that answers something else is none', async () => {
    serve = (response) => response.end(answer('<a:RelatesTo>urn:other</a:RelatesTo>'));
    expect(await failure(send({}))).toMatchObject({
      code: 'ENDPOINT_ANSWER_INVALID',
      message: expect.stringContaining('it answers urn:other, and not urn:uuid:'),
    });
  });

  test('that is a fault of WS-Addressing is named by it', async () => {
    const fault = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="${W10}"><s:Header><a:Action>${W10}/fault</a:Action></s:Header><s:Body><s:Fault><faultcode>a:ActionNotSupported</faultcode><faultstring>The action is not known.</faultstring></s:Fault></s:Body></s:Envelope>`;
    serve = (response) => response.writeHead(500).end(fault);
    expect(await failure(send({}))).toMatchObject({ code: 'ENDPOINT_FAULT', fault: 'ActionNotSupported' });
  });
});

describe('actions', () => {
  const names = { namespace: 'http://e/n', portType: 'Desk', operation: 'Ask', soapAction: '' };
  const none = { name: undefined, action: undefined };

  test.each([
    [{ ...names, input: none, output: none }, 'http://e/n/Desk/AskRequest', 'http://e/n/Desk/AskResponse'],
    [
      { ...names, namespace: 'http://e/n/', input: none, output: none },
      'http://e/n/Desk/AskRequest',
      'http://e/n/Desk/AskResponse',
    ],
    [{ ...names, namespace: 'urn:n', input: none, output: none }, 'urn:n:Desk:AskRequest', 'urn:n:Desk:AskResponse'],
    [{ ...names, input: none, output: undefined }, 'http://e/n/Desk/Ask', undefined],
    [{ ...names, soapAction: 'urn:s', input: none, output: { ...none, name: 'Out' } }, 'urn:s', 'http://e/n/Desk/Out'],
    [
      { ...names, soapAction: 'urn:s', input: { ...none, action: 'urn:i' }, output: { ...none, action: 'urn:o' } },
      'urn:i',
      'urn:o',
    ],
  ])('of %j', (given, input, output) => {
    expect(actionsOf(given)).toEqual({ input, output });
  });

  test.each(['http://www.w3.org/2006/05/addressing/wsdl', 'http://www.w3.org/2007/05/addressing/metadata'])(
    'in a WSDL by %s',
    (uri) => {
      const wsdl = `<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:k="${uri}" targetNamespace="urn:a">
        <w:message name="M"><w:part name="p" element="x"/></w:message>
        <w:portType name="T"><w:operation name="Ask"><w:input k:Action="urn:in" message="M"/><w:output message="M" k:Action="urn:out"/></w:operation></w:portType>
      </w:definitions>`.replaceAll('message="M"', 'message="t:M" xmlns:t="urn:a"');
      const { operations } = readService(
        readWsdlFiles('a.wsdl', () => wsdl),
        {},
      );
      expect(operations[0]!.actions).toEqual({ input: 'urn:in', output: 'urn:out' });
    },
  );
});

describe('headers that come', () => {
  const read = (header: string) =>
    readAddressing(
      readEnvelope(
        `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="${W10}" xmlns:o="${W04}" xmlns:x="urn:x"><s:Header>${header}</s:Header><s:Body/></s:Envelope>`,
      ).header,
    );

  test('are none without a block of either version', () => {
    expect(read('<x:Action>a</x:Action>')).toBeUndefined();
  });

  test('of the version that comes first; parameters stand alone', () => {
    expect(
      read(
        '<o:ReplyTo><o:Address> urn:r </o:Address><o:ReferenceProperties><x:Lane>3</x:Lane></o:ReferenceProperties></o:ReplyTo><a:Action>b</a:Action>',
      ),
    ).toEqual({
      version: '2004/08',
      replyTo: { address: 'urn:r', parameters: ['<x:Lane xmlns:x="urn:x">3</x:Lane>'] },
    });
  });

  test('other relations than that of an answer do not count; what stands there twice is told', () => {
    expect(
      read(
        '<a:RelatesTo RelationshipType="urn:like">1</a:RelatesTo><a:RelatesTo>2</a:RelatesTo><a:To>x</a:To><a:To>y</a:To>',
      ),
    ).toEqual({ version: '1.0', relatesTo: '2', to: 'x', repeated: 'To' });
  });
});

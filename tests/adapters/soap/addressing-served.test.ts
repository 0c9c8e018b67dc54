/** WS-Addressing of callers: envelopes as WCF, Axis2 and CXF write them, node-soap's client, and callers who are wrong. */
import { createClientAsync } from 'soap';
import { readAddressing } from '../../../adapters/soap/addressing/read.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import { answering, closeLocation, openLocation, S11, S12 } from './open-location.ts';

const W10 = 'http://www.w3.org/2005/08/addressing';
const W04 = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>A</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';

afterEach(() => closeLocation());

const open = (addressing: SoapReceiveConfig['addressing'] = {}) =>
  openLocation({ wsdl: WSDL, addressing }, answering(ANSWER), { twoWay: true });

const WCF = `<s:Envelope xmlns:s="${S12}" xmlns:a="${W10}"><s:Header><a:Action s:mustUnderstand="1">urn:test:desk/OpenCase</a:Action><a:MessageID>urn:uuid:6e1cb9b5-4a9c-4a0c-9d2f-0a3bb4e62d01</a:MessageID><a:ReplyTo><a:Address>${W10}/anonymous</a:Address></a:ReplyTo><a:To s:mustUnderstand="1">http://bus.example.gov.uk/desk</a:To></s:Header><s:Body>${OPEN}</s:Body></s:Envelope>`;
const AXIS2 = `<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="${S11}" xmlns:wsa="${W04}"><soapenv:Header><wsa:To>http://bus.example.gov.uk/desk</wsa:To><wsa:ReplyTo><wsa:Address>${W04}/role/anonymous</wsa:Address><wsa:ReferenceParameters><axis2:ServiceGroupId xmlns:axis2="http://ws.apache.org/namespaces/axis2">urn:uuid:1</axis2:ServiceGroupId></wsa:ReferenceParameters></wsa:ReplyTo><wsa:MessageID>urn:uuid:E4B1</wsa:MessageID><wsa:Action>urn:test:desk/OpenCase</wsa:Action></soapenv:Header><soapenv:Body>${OPEN}</soapenv:Body></soapenv:Envelope>`;
const CXF = `<soap:Envelope xmlns:soap="${S11}"><soap:Header><Action xmlns="${W10}">urn:test:desk/OpenCase</Action><MessageID xmlns="${W10}">urn:uuid:c1</MessageID><To xmlns="${W10}">http://bus/desk</To><ReplyTo xmlns="${W10}"><Address>${W10}/anonymous</Address><ReferenceParameters><x:Lane xmlns:x="urn:x">3</x:Lane></ReferenceParameters></ReplyTo></soap:Header><soap:Body>${OPEN}</soap:Body></soap:Envelope>`;

const S12_TYPE = { 'Content-Type': 'application/soap+xml; charset=utf-8' };
const text = (header: string, body = OPEN) =>
  `<s:Envelope xmlns:s="${S11}" xmlns:a="${W10}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
const told = (answer: string) => readAddressing(readEnvelope(answer).header);

describe('an answer', () => {
  test('to WCF: its action, what it answers, and the call as properties', async () => {
    const { post, seen } = await open({ required: true });
    const answer = await post(WCF, S12_TYPE);
    expect(answer.status).toBe(200);
    expect(told(answer.text)).toEqual({
      version: '1.0',
      action: 'urn:test:desk:DeskType:OpenCaseResponse',
      messageId: expect.stringMatching(/^urn:uuid:/),
      relatesTo: 'urn:uuid:6e1cb9b5-4a9c-4a0c-9d2f-0a3bb4e62d01',
    });
    const { context } = seen[0]!;
    expect(context.get('wsa.action')).toEqual({ value: 'urn:test:desk/OpenCase', promoted: true });
    expect(context.get('wsa.messageId')?.value).toBe('urn:uuid:6e1cb9b5-4a9c-4a0c-9d2f-0a3bb4e62d01');
    expect(context.get('wsa.to')?.value).toBe('http://bus.example.gov.uk/desk');
    expect(context.has('wsa.replyTo')).toBe(false);
  });

  test('to Axis2, by the submission of 2004, with the parameters of its address', async () => {
    const { post } = await open();
    const { text: answer } = await post(AXIS2);
    expect(told(answer)).toMatchObject({ version: '2004/08', relatesTo: 'urn:uuid:E4B1', to: `${W04}/role/anonymous` });
    expect(readEnvelope(answer).header.at(-1)!.xml).toBe(
      '<axis2:ServiceGroupId xmlns:axis2="http://ws.apache.org/namespaces/axis2">urn:uuid:1</axis2:ServiceGroupId>',
    );
  });

  test('to CXF, whose parameters are marked as such', async () => {
    const { post } = await open();
    const block = readEnvelope((await post(CXF)).text).header.at(-1)!;
    expect(block).toMatchObject({ uri: 'urn:x', local: 'Lane' });
    expect(block.xml).toContain('wsa:IsReferenceParameter="true"');
  });

  test("to node-soap's client", async () => {
    const { url, seen } = await open();
    const client = await createClientAsync(`${url}?wsdl`, { disableCache: true });
    client.addSoapHeader(`<a:Action xmlns:a="${W10}">x</a:Action><a:MessageID xmlns:a="${W10}">urn:n</a:MessageID>`);
    const [result, , header] = await (
      client as unknown as Record<string, (args: object) => Promise<[unknown, string, object]>>
    )['OpenCaseAsync']!({ Title: 'A' });
    expect(result).toEqual({ Number: '0042' });
    expect(header).toMatchObject({ RelatesTo: 'urn:n' });
    expect(seen[0]!.context.get('wsa.messageId')?.value).toBe('urn:n');
  });

  test('that nobody wants is not given, and the message is taken', async () => {
    const { post, seen } = await open();
    const answer = await post(
      text(`<a:MessageID>urn:1</a:MessageID><a:ReplyTo><a:Address>${W10}/none</a:Address></a:ReplyTo>`),
    );
    expect(answer).toMatchObject({ status: 202, text: '' });
    expect(seen).toHaveLength(1);
  });

  test('to a caller without addressing has none', async () => {
    const { post, seen } = await open();
    expect(told((await post(text(''))).text)).toBeUndefined();
    expect([...seen[0]!.context.keys()].filter((name) => name.startsWith('wsa.'))).toEqual([]);
  });
});

describe('a fault', () => {
  const id = '<a:MessageID>urn:1</a:MessageID>';
  const act = '<a:Action>urn:test:desk/OpenCase</a:Action>';

  test.each([
    ['without an action', { required: true }, '', 'MessageAddressingHeaderRequired'],
    ['without an id', { required: true }, act, 'MessageAddressingHeaderRequired'],
    ['with an unknown action', { required: true }, `${id}<a:Action>urn:x</a:Action>`, 'ActionNotSupported'],
    ['with two ids', {}, `${act}${id}${id}`, 'InvalidCardinality'],
    [
      'whose answer goes elsewhere',
      {},
      `${id}<a:ReplyTo><a:Address>http://x/</a:Address></a:ReplyTo>`,
      'OnlyAnonymousAddressSupported',
    ],
    [
      'whose faults go elsewhere',
      {},
      `${id}<a:FaultTo><a:Address>http://x/</a:Address></a:FaultTo>`,
      'OnlyAnonymousAddressSupported',
    ],
  ] as const)('for a call %s', async (_title, addressing, header, code) => {
    const { post, seen } = await open(addressing);
    const answer = await post(text(header));
    expect(answer.status).toBe(500);
    expect(answer.text).toContain(`<faultcode xmlns:c="${W10}">c:${code}</faultcode>`);
    if (header !== '') expect(told(answer.text)!.action).toBe(`${W10}/fault`);
    if (header.includes(id)) expect(told(answer.text)!.relatesTo).toBe('urn:1');
    expect(seen).toEqual([]);
  });

  test('in SOAP 1.2 has it as its subcode', async () => {
    const { post } = await open();
    const answer = await post(WCF.replace(`${W10}/anonymous`, 'http://x/'), S12_TYPE);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(
      `<soap:Subcode><soap:Value xmlns:c="${W10}">c:OnlyAnonymousAddressSupported</soap:Value>`,
    );
  });

  test('of 2004 is called by the names of 2004', async () => {
    const { post } = await open({ required: true });
    const answer = await post(AXIS2.replace(/<wsa:Action>.*<\/wsa:Action>/, ''));
    expect(answer.text).toContain('c:MessageInformationHeaderRequired');
    expect(told(answer.text)!.action).toBe(`${W04}/fault`);
  });

  test('of the bus relates to the call too', async () => {
    const { post } = await openLocation({ wsdl: WSDL }, async () => ({ outcome: 'suspended' }), { twoWay: true });
    const answer = await post(text(id));
    expect(told(answer.text)).toMatchObject({ action: `${W10}/soap/fault`, relatesTo: 'urn:1' });
  });
});

test('the id of a message is the identity of its receipt, where the options say so', async () => {
  const { post, seen } = await open({ messageIdAsKey: true });
  await post(text('<a:MessageID>urn:1</a:MessageID>'));
  await post(text(''));
  expect(seen.map(({ key }) => key)).toEqual(['urn:1', undefined]);
});

test('a one-way call may want its answer elsewhere, since there is none', async () => {
  const { post } = await open();
  const note = '<Note xmlns="urn:test:types">n</Note>';
  const header = '<a:MessageID>urn:1</a:MessageID><a:ReplyTo><a:Address>http://x/</a:Address></a:ReplyTo>';
  expect((await post(text(header, note))).status).toBe(202);
});

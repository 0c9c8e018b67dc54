/** Declared faults, both ways: read by their message types, written as the WSDL declares them. */
import { readFileSync } from 'node:fs';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { partOf } from '../../../runtime/contracts/message.ts';
import { typedDetail } from '../../../runtime/host/typed-detail.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { compileFiles } from '../../runtime/schemas/compiled.ts';
import { closeLocation, envelope, openLocation, S11, S12 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/wcf-booking.wsdl';
const BOOK = '<Book xmlns="http://tempuri.org/"><slot>a</slot></Book>';
const TAKEN =
  '<d:SlotTaken xmlns:d="http://schemas.datacontract.org/2004/07/Booking"><d:Attempts>2</d:Attempts><d:Free>b</d:Free></d:SlotTaken>';
const { schemas } = compileFiles({
  'schemas/booking.wsdl': readFileSync(WSDL, 'utf8'),
  'schemas/taken.message.yaml': 'message: slot-taken\nschema: booking.wsdl\nroot: SlotTaken\n',
  'schemas/over.message.yaml': 'message: over\nschema: booking.wsdl\nroot: SessionOver\n',
});

afterEach(closeLocation);

async function failure(body: string, header = '', namespace = S12): Promise<BusError> {
  const sink = await openSink(
    (_body, response) => void response.writeHead(500).end(envelope(body, { namespace, header })),
  );
  const port = soap.send!({ wsdl: WSDL, url: sink.address }, testAdapterContext({ twoWay: true }));
  try {
    const message = testMessage({ id: 'm', bytes: Buffer.from(BOOK), contentType: 'text/xml' });
    return await port.send(message, new AbortController().signal).then(
      () => {
        throw new Error('It resolved.');
      },
      (thrown) => thrown as BusError,
    );
  } finally {
    await port.close();
    await sink.close();
  }
}

const in12 = (detail: string, reasons = '<e:Text xml:lang="en">Taken</e:Text>') =>
  `<e:Fault><e:Code><e:Value>e:Receiver</e:Value><e:Subcode><e:Value xmlns:d="urn:d">d:Slot</e:Value></e:Subcode></e:Code><e:Reason>${reasons}</e:Reason>${detail && `<e:Detail>${detail}</e:Detail>`}</e:Fault>`;

describe('reading', () => {
  test('the detail is typed by the message type with its root: numbers are numbers, one of many is a list', async () => {
    const error = await failure(in12(TAKEN));
    expect(error).toMatchObject({ code: 'ENDPOINT_FAULT', kind: 'message', fault: 'SlotTaken' });
    expect(error.detail).toMatchObject({ Attempts: '2', Free: 'b' });
    const typed = typedDetail(error, schemas);
    expect(typed).toMatchObject({ code: error.code, kind: error.kind, fault: 'SlotTaken', message: error.message });
    expect(typed.detail).toEqual({ faultcode: 'e:Receiver', faultstring: 'Taken', Attempts: 2, Free: ['b'] });
  });

  test('namespaces of the fault and of its detail come along', async () => {
    const inside = TAKEN.replace(/ xmlns:d="[^"]*"/, '');
    const declared = '<detail xmlns:d="http://schemas.datacontract.org/2004/07/Booking">';
    const fault = `<e:Fault><faultcode>e:Client</faultcode><faultstring>Taken</faultstring>${declared}${inside}<other/></detail></e:Fault>`;
    expect(typedDetail(await failure(fault, '', S11), schemas).detail).toMatchObject({ Attempts: 2, Free: ['b'] });
  });

  test.each([
    ['a type that nobody knows', '<x:Odd xmlns:x="urn:x"><x:Why>w</x:Why></x:Odd>', { Why: 'w' }],
    ['what is not as its type says', TAKEN.replaceAll('d:Free', 'd:Wrong'), { Wrong: 'b' }],
  ])('%s stays plain', async (_title, detail, expected) => {
    const error = await failure(in12(detail));
    expect(typedDetail(error, schemas)).toBe(error);
    expect(error.detail).toMatchObject(expected);
  });

  test('the reason in English, where there are several languages', async () => {
    const texts = '<e:Text xml:lang="de-DE">Belegt</e:Text><e:Text xml:lang="en-GB">Taken, sorry</e:Text>';
    expect((await failure(in12('', texts))).message).toContain('Taken, sorry');
    expect((await failure(in12('', texts.replace('en-GB', 'cy')))).message).toContain('Belegt');
  });

  test('a declared headerfault has its detail in the header', async () => {
    const over = '<d:SessionOver xmlns:d="http://schemas.datacontract.org/2004/07/Booking">7</d:SessionOver>';
    const error = await failure(in12(''), `<x:Other xmlns:x="urn:x"/>${over}`);
    expect(error.fault).toBe('SessionOver');
    expect(typedDetail(error, schemas).detail).toMatchObject({ faultstring: 'Taken', text: 7 });
  });
});

describe('serving', () => {
  const answer = async (properties: Readonly<Record<string, string>>, namespace = S12) => {
    const parts: [ReturnType<typeof partOf>] = [partOf(Buffer.from(`<?xml version="1.0"?>${TAKEN}`), 'text/xml')];
    const context = new Map(Object.entries(properties).map(([name, value]) => [name, { value, promoted: true }]));
    const response = Promise.resolve({ id: 'a', interchange: 'a', type: undefined, context, parts });
    const { post } = await openLocation({ wsdl: WSDL }, async () => ({ response }), { twoWay: true });
    return post(envelope(BOOK, { namespace }));
  };

  test.each([
    [S12, /<soap:Value>soap:Receiver<\/soap:Value>.*<soap:Detail>/],
    [S11, /<faultcode>soap:Server<\/faultcode>.*<detail>/],
  ])('an answer of a declared type is that fault: %s', async (namespace, pattern) => {
    const { status, text } = await answer({}, namespace);
    expect(status).toBe(500);
    expect(text).toMatch(pattern);
    expect(text).toContain(TAKEN);
    expect(readEnvelope(text).body[0]!.local).toBe('Fault');
    expect(text).toContain('>SlotTaken<');
  });

  test('its reason is the property soap.faultstring, where there is one', async () => {
    expect((await answer({ 'soap.faultstring': 'The slot is <gone>.' })).text).toContain('>The slot is &lt;gone&gt;.<');
  });
});

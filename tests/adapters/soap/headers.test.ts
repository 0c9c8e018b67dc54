/** Header blocks that a WSDL declares: written from options and properties, read into properties, insisted on and not understood. */
import { readFileSync } from 'node:fs';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import { partOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';
import { compileFiles } from '../../runtime/schemas/compiled.ts';
import { closeLocation, envelope, openLocation, S11, S12 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/asmx-bins.wsdl';
const ASK = '<GetBins xmlns="http://bins.example/"><uprn>1</uprn></GetBins>';
const ANSWER = '<GetBinsResponse xmlns="http://bins.example/"><GetBinsResult>Tuesday</GetBinsResult></GetBinsResponse>';
const USAGE = '<Usage xmlns="http://bins.example/"><Calls>7</Calls></Usage>';
const never = new AbortController().signal;

let sink: HttpSink | undefined;
let wire = '';

afterEach(async () => {
  await closeLocation();
  await sink?.close();
  sink = undefined;
});

async function call(config: Partial<SoapSendConfig>, properties: Readonly<Record<string, string>> = {}) {
  sink = await openSink((body, response) => {
    wire = body.toString();
    response.end(envelope(ANSWER, { header: `${USAGE}<Ticket xmlns="http://bins.example/"> t-1 </Ticket>` }));
  });
  const context = testAdapterContext({ twoWay: true, secret: (name) => `the <${name}>` });
  const port = soap.send!({ wsdl: WSDL, url: sink.address, ...config }, context);
  const { context: held, ...message } = testMessage({ id: 'm', bytes: Buffer.from(ASK), contentType: 'text/xml' });
  const given = Object.entries(properties).map(([name, value]) => [name, { value, promoted: false }] as const);
  try {
    return await port.send({ ...message, context: new Map([...held, ...given]) }, never);
  } finally {
    await port.close();
  }
}

const headersOf = (text: string) => readEnvelope(text).header.map(({ uri, local, xml }) => [`{${uri}}${local}`, xml]);
const valuesOf = ({ context }: Incoming) => Object.fromEntries([...context].map(([name, { value }]) => [name, value]));

describe('calls', () => {
  test('children by name, secrets, properties of the message; in the order of the schema', async () => {
    await call(
      {
        soapHeaders: { AuthHeader: { Password: { secret: 'P' }, Username: 'bus of {message.id}' }, '{urn:x}Free': 'f' },
      },
      { 'soap.header.Ticket': 'a & b', 'soap.header.Usage': 'not for calls' },
    );
    expect(headersOf(wire)).toEqual([
      [
        '{http://bins.example/}AuthHeader',
        expect.stringMatching(/<n0:Username>bus of m<\/n0:Username><n0:Password>the &lt;P&gt;<\/n0:Password>/),
      ],
      ['{urn:x}Free', expect.stringMatching(/>f</)],
      ['{http://bins.example/}Ticket', expect.stringMatching(/>a &amp; b</)],
    ]);
    expect(readEnvelope(wire).body[0]!.local).toBe('GetBins');
  });

  test('a block as XML; that of another element is refused', async () => {
    const xml = '<b:AuthHeader xmlns:b="http://bins.example/"><b:Username>u</b:Username></b:AuthHeader>';
    await call({}, { 'soap.header.AuthHeader': xml });
    expect(headersOf(wire)).toEqual([['{http://bins.example/}AuthHeader', xml]]);
    await sink!.close();
    await expect(call({}, { 'soap.header.AuthHeader': '<x/>' })).rejects.toMatchObject({
      code: 'ENDPOINT_REFUSED',
      message: expect.stringMatching(/it is x, not {http:\/\/bins.example\/}AuthHeader/),
    });
  });

  test('the blocks of an answer become properties: text, or XML', async () => {
    const answer = await call({});
    expect(valuesOf(answer!)).toMatchObject({ 'soap.header.Usage': USAGE });
    expect(valuesOf(answer!)).not.toHaveProperty(['soap.header.Ticket']);
  });

  test.each([
    [{ Gone: 'x' }, 'soapHeaders: the WSDL declares no header Gone, but AuthHeader, Ticket'],
    [{ AuthHeader: { User: 'x' } }, 'soapHeaders: AuthHeader has no User, but Username, Password'],
  ])('%j does not start', async (soapHeaders, reason) => {
    await expect(call({ soapHeaders })).rejects.toMatchObject({
      code: 'ADAPTER_CONFIG',
      message: expect.stringContaining(reason),
    });
  });
});

describe('serving', () => {
  const AUTH =
    '<b:AuthHeader xmlns:b="http://bins.example/" e:mustUnderstand="1"><b:Username>u</b:Username></b:AuthHeader>';

  test('declared blocks are understood and become properties; those of the answer come of its properties', async () => {
    const parts: [ReturnType<typeof partOf>] = [partOf(Buffer.from(ANSWER), 'text/xml')];
    const context = new Map([['soap.header.Usage', { value: USAGE, promoted: true }]]);
    const response = { id: 'a', interchange: 'a', type: undefined, context, parts };
    const { post, seen } = await openLocation({ wsdl: WSDL }, async () => ({ response: Promise.resolve(response) }), {
      twoWay: true,
    });
    const header = `${AUTH}<Ticket xmlns="http://bins.example/">t-9</Ticket><Other xmlns="urn:o">o</Other>`;
    const answer = await post(envelope(ASK, { header }));
    expect(answer.status).toBe(200);
    expect(valuesOf(seen[0]!)).toMatchObject({
      'soap.header.AuthHeader': expect.stringMatching(/Username>u</),
      'soap.header.Ticket': 't-9',
    });
    expect(valuesOf(seen[0]!)).not.toHaveProperty(['soap.header.Other']);
    expect(headersOf(answer.text)).toEqual([['{http://bins.example/}Usage', USAGE]]);
    expect(readEnvelope(answer.text).body).toMatchObject([{ xml: ANSWER }]);
    expect(headersOf((await post(envelope(ASK))).text)).toHaveLength(1);
  });

  test.each([S11, S12])('a block that must be understood and is not: MustUnderstand (%s)', async (namespace) => {
    const { post, seen } = await openLocation({ wsdl: WSDL });
    const header = '<x:Strange xmlns:x="urn:x" e:mustUnderstand="1"/><x:Fine xmlns:x="urn:x"/>';
    const answer = await post(envelope(ASK, { namespace, header }));
    expect(answer.status).toBe(500);
    expect(answer.text).toMatch(/soap:MustUnderstand</);
    const told = readEnvelope(answer.text).header.map(({ xml }) => xml);
    expect(told).toEqual(
      namespace === S12 ? [expect.stringMatching(/^<soap:NotUnderstood [^>]*qname="b:Strange" xmlns:b="urn:x"/)] : [],
    );
    expect(seen).toEqual([]);
  });
});

test('without parts, soap:body takes the part that is no header', () => {
  const text = readFileSync(WSDL, 'utf8');
  const { schemas, findings } = compileFiles({
    'schemas/bins.wsdl': text,
    'schemas/a.message.yaml': 'message: a\nschema: bins.wsdl\nroot: "{http://bins.example/}GetBins"\n',
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(schemas.find('a')).toBeDefined();
});

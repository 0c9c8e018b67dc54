/** Serving a WSDL over real HTTP: node-soap's own client as a caller, and callers who are wrong in every way. */
import { join } from 'node:path';
import { createClientAsync, WSSecurity } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import type { AdapterContext, Submission } from '../../../runtime/contracts/adapter.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { answering, bodyText, closeLocation, envelope, openLocation, S11, S12, type Verdict } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>A</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';

afterEach(closeLocation);

const open = (config: Partial<SoapReceiveConfig> = {}, verdict?: Verdict, more?: Partial<AdapterContext>) =>
  openLocation({ wsdl: WSDL, ...config }, verdict, more);

describe('calls', () => {
  test.each([
    ['1.1', 'Soap11', {}],
    ['1.2', 'Soap12', { forceSoap12Headers: true }],
  ])("node-soap's client calls by SOAP %s", async (_version, port, options) => {
    const { url, seen } = await open({}, answering(`<?xml version="1.0"?>\n${ANSWER}`), { twoWay: true });
    const client = await createClientAsync(`${url}?wsdl`, { disableCache: true, ...options });
    const call = (args: object) =>
      new Promise((resolve, reject) =>
        client['Desk'][port].OpenCase(args, (error: unknown, result: unknown) =>
          error ? reject(error) : resolve(result),
        ),
      );
    expect(await call({ Title: 'Größe & mehr', Text: 'b' })).toEqual({ Number: '0042' });
    expect(await bodyText(seen[0])).toMatch(/Title>Größe &amp; mehr<\/.*Text>b<\//);
    expect(seen[0]!.context.get('soap.operation')?.value).toBe('OpenCase');
    expect(seen[0]!.context.get('bus.sourceName')?.value).toBe('/desk');
  });

  test('the answer comes in the version of the call, with its body as it is', async () => {
    const { post } = await open({}, answering(ANSWER), { twoWay: true });
    const first = await post(envelope(OPEN));
    expect([first.status, first.type]).toEqual([200, 'text/xml; charset=utf-8']);
    expect(readEnvelope(first.text)).toMatchObject({ version: '1.1', body: [{ xml: ANSWER }] });
    const second = await post(envelope(OPEN, { namespace: S12 }), {
      'Content-Type': 'application/soap+xml; action="x"',
    });
    expect([second.status, second.type]).toEqual([200, 'application/soap+xml; charset=utf-8']);
    expect(readEnvelope(second.text)).toMatchObject({ version: '1.2', body: [{ xml: ANSWER }] });
  });

  test('a one-way operation gives 202 without a body, and only once the message is durable', async () => {
    const gate = Promise.withResolvers<Partial<Submission>>();
    const { post } = await open({}, () => gate.promise);
    let answered = false;
    const answer = post(envelope('<Note xmlns="urn:test:types">n</Note>')).finally(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    gate.resolve({});
    expect(await answer).toMatchObject({ status: 202, text: '' });
  });

  test('an operation with an answer on a one-way port gives an empty one', async () => {
    const { post } = await open();
    expect(readEnvelope((await post(envelope(OPEN))).text).body).toMatchObject([
      { uri: 'urn:test:types', local: 'OpenCaseResponse' },
    ]);
  });

  test('the body decides, whatever the action says; namespaces come along', async () => {
    const { post, seen } = await open();
    const call = `<e:Envelope xmlns:e="${S11}" xmlns:x="urn:x" xmlns="urn:test:types"><e:Body xmlns:y="urn:y"><OpenCase kind="x:a"><!--c--><Title><![CDATA[<&]]></Title></OpenCase></e:Body></e:Envelope>`;
    await post(call, { 'Content-Type': 'text/xml', SOAPAction: '"urn:test:desk/Note"' });
    expect(await bodyText(seen[0])).toBe(
      '<OpenCase xmlns:x="urn:x" xmlns="urn:test:types" kind="x:a"><!--c--><Title><![CDATA[<&]]></Title></OpenCase>',
    );
    expect(seen[0]!.context.get('soap.operation')?.value).toBe('OpenCase');
  });

  test('other encodings become UTF-8', async () => {
    const { post, seen } = await open();
    const latin = envelope('<Note xmlns="urn:test:types">ü</Note>');
    await post(Uint8Array.from(Buffer.from(latin, 'latin1')), { 'Content-Type': 'text/xml; charset=iso-8859-1' });
    await post(Uint8Array.from(Buffer.from(`\ufeff${latin}`, 'utf16le')), { 'Content-Type': 'text/xml' });
    for (const incoming of seen) expect(await bodyText(incoming)).toContain('>ü<');
    expect(seen).toHaveLength(2);
  });

  test('a header block that must be understood is, where the options say so', async () => {
    const header = '<w:Action xmlns:w="http://www.w3.org/2005/08/addressing" e:mustUnderstand="1">x</w:Action>';
    const known = await open({ understands: ['http://www.w3.org/2005/08/addressing'] });
    expect((await known.post(envelope(OPEN, { header }))).status).toBe(200);
  });
});

describe('what is no call', () => {
  const faulty = async (body: string, headers?: Record<string, string>, config: Partial<SoapReceiveConfig> = {}) => {
    const { post, seen } = await open(config);
    const answer = await post(body, headers);
    expect(seen).toEqual([]);
    expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
    return { ...answer, fault: readEnvelope(answer.text).body[0]!.xml };
  };

  test.each([
    ['not well-formed', envelope('<a>'), 'Client', /1:\d+/],
    ['a bad entity', envelope('<a>&nope;</a>'), 'Client', /entity/],
    [
      'a document type',
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${envelope('<a>&x;</a>')}`,
      'Client',
      /document type/,
    ],
    ['nested too deep', envelope('<a>'.repeat(300) + '</a>'.repeat(300)), 'Client', /nested/],
    ['another envelope', envelope(OPEN, { namespace: 'urn:soap-99' }), 'VersionMismatch', /urn:soap-99/],
    ['no envelope', OPEN, 'Client', /not a SOAP envelope/],
    ['nothing', '', 'Client', /well-formed/],
    ['an empty body', envelope(''), 'Client', /empty/],
    ['two elements', envelope(OPEN + OPEN), 'Client', /more than one/],
    [
      'an unknown operation',
      envelope('<t:Shut xmlns:t="urn:test:types"/>'),
      'Client',
      /urn:test:types}Shut.*urn:test:types}OpenCase.*Note/,
    ],
    ['the wrong namespace', envelope('<OpenCase xmlns="urn:other"/>'), 'Client', /urn:other}OpenCase/],
    ['a name of every object', envelope('<constructor xmlns=""/>'), 'Client', /constructor/],
  ])('%s', async (_title, body, code, reason) => {
    const { status, fault, type } = await faulty(body);
    expect([status, type]).toEqual([500, 'text/xml; charset=utf-8']);
    expect(fault).toContain(`<faultcode>soap:${code}</faultcode>`);
    expect(fault).toMatch(reason);
  });

  test('a header block that must be understood', async () => {
    const header = '<x:Pay xmlns:x="urn:x" e:mustUnderstand="1"/>';
    expect((await faulty(envelope(OPEN, { header }))).fault).toMatch(/soap:MustUnderstand.*urn:x}Pay/);
  });

  test('one for somebody else passes', async () => {
    const { post } = await open();
    const header = '<x:Pay xmlns:x="urn:x" e:mustUnderstand="1" e:actor="urn:somebody"/>';
    expect((await post(envelope(OPEN, { header }))).status).toBe(200);
  });

  test('SOAP 1.2 faults are Sender faults with 400', async () => {
    const answer = await faulty(envelope('<a/>', { namespace: S12 }), { 'Content-Type': 'application/soap+xml' });
    expect([answer.status, answer.type]).toEqual([400, 'application/soap+xml; charset=utf-8']);
    expect(answer.fault).toContain('<soap:Value>soap:Sender</soap:Value>');
  });

  test('too large, encoded, of another type', async () => {
    const large = await faulty(envelope(`<a>${'x'.repeat(3_000_000)}</a>`), undefined, { maxBytes: 1000 });
    expect([large.status, large.fault]).toEqual([413, expect.stringContaining('1000 bytes')]);
    await closeLocation();
    const coded = await faulty(envelope(OPEN), { 'Content-Type': 'text/xml', 'Content-Encoding': 'gzip' });
    expect(coded.status).toBe(415);
    await closeLocation();
    const json = await faulty('{}', { 'Content-Type': 'application/json' });
    expect([json.status, json.fault]).toEqual([415, expect.stringContaining('application/json')]);
  });

  test('another method, another path, another query', async () => {
    const { url } = await open();
    const put = await fetch(url, { method: 'PUT', body: 'x' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await fetch(`${url}/x`, { method: 'POST', body: 'x' })).status).toBe(404);
    for (const query of ['', '?wsdl=1', '?xsd=3', '?xsd=-1', '?xsd=__proto__']) {
      expect([query, (await fetch(url + query)).status]).toEqual([query, 404]);
    }
  });
});

describe('what is told of a message', () => {
  test.each([
    ['ENDPOINT_REFUSED', 'Client'],
    ['STORE_FULL', 'Server'],
    ['SECRET_MISSING', 'Server'],
  ] as const)('suspended with %s', async (code, faultcode) => {
    const error = busError(code, { endpoint: 'x', reason: 'a < b & c', name: 'HUSH' });
    const { post } = await open({}, async () => ({ outcome: 'suspended', error }));
    const { status, text } = await post(envelope(OPEN));
    expect(status).toBe(500);
    expect(text).toContain(`<faultcode>soap:${faultcode}</faultcode>`);
    expect(text).toContain(`<fault xmlns="urn:guildhall"><code>${code}</code><messageId>m1</messageId><reason>`);
    expect(text).not.toContain('HUSH');
    expect(readEnvelope(text).body).toHaveLength(1);
  });

  test('the process refused, or is late', async () => {
    const refusing = (error: Error): Verdict => {
      const response = Promise.reject(error);
      response.catch(() => {});
      return async () => ({ response });
    };
    const refused = busError('RESPONSE_REFUSED', { reason: 'closed' }, { fault: 'Closed' });
    const first = await open({}, refusing(refused), { twoWay: true });
    expect((await first.post(envelope(OPEN))).text).toMatch(
      /soap:Client.*<code>RESPONSE_REFUSED<\/code><name>Closed<\/name><messageId>m1/,
    );
    await closeLocation();
    const second = await open({}, refusing(busError('RESPONSE_TIMEOUT', { message: 'm1', timeout: 5 })), {
      twoWay: true,
    });
    expect((await second.post(envelope(OPEN))).text).toMatch(
      /soap:Server.*<code>RESPONSE_TIMEOUT<\/code><messageId>m1/,
    );
  });

  test('nothing was kept', async () => {
    const { post } = await open({}, async () => {
      throw new TypeError('x is not a function');
    });
    const { status, text, headers } = await post(envelope(OPEN));
    expect([status, headers.get('retry-after')]).toEqual([500, '5']);
    expect(text).toContain('soap:Server');
    expect(text).not.toMatch(/not a function|messageId/);
  });

  test('an answer that is no XML is a fault, not half an envelope', async () => {
    const { post } = await open({}, answering('</soap:Body>'), { twoWay: true });
    const { status, text } = await post(envelope(OPEN));
    expect(status).toBe(500);
    expect(readEnvelope(text).body[0]!.local).toBe('Fault');
  });
});

describe('the WSDL', () => {
  test('is served with our address, and so is everything that it imports', async () => {
    const { url } = await open();
    const wsdl = await (await fetch(`${url}?wsdl`)).text();
    expect(wsdl.match(/address location="[^"]*"/g)).toEqual([`address location="${url}"`, `address location="${url}"`]);
    const imported = /schemaLocation="([^"]*)"/.exec(wsdl)![1]!;
    const types = await (await fetch(imported)).text();
    const included = /schemaLocation="([^"]*)"/.exec(types)![1]!;
    expect(await (await fetch(included)).text()).toContain('name="Note"');
  });

  test('a WSDL that is missing or has no such port is a config error', async () => {
    const context = testAdapterContext({ resolvePath: (path) => join(process.cwd(), path) });
    const run = (config: SoapReceiveConfig) =>
      soap.receive!(config, context).run(async () => [], new AbortController().signal);
    await expect(run({ wsdl: 'none.wsdl', path: '/a' })).rejects.toMatchObject({
      code: 'ADAPTER_CONFIG',
      kind: 'config',
    });
    await expect(run({ wsdl: WSDL, path: '/a', port: 'Soap13' })).rejects.toThrow(/Soap13.*Desk\/Soap11, Desk\/Soap12/);
  });

  test('security headers that nobody must understand pass', async () => {
    const { url, seen } = await open();
    const client = await createClientAsync(`${url}?wsdl`, { disableCache: true });
    client.setSecurity(new WSSecurity('u', 'p'));
    await client['OpenCaseAsync']({ Title: 'n' });
    expect(seen).toHaveLength(1);
  });
});

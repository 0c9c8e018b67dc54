/** rpc/encoded: what Axis 1, PHP, gSOAP and .NET write becomes plain XML of the schema, and ours what they demand. */
import { readFileSync } from 'node:fs';
import { soap } from '../../../adapters/soap/adapter.ts';
import { decodeRpc } from '../../../adapters/soap/encoded/decode.ts';
import { encodeRpc } from '../../../adapters/soap/encoded/encode.ts';
import { readService, type SoapOperation } from '../../../adapters/soap/service.ts';
import { readWsdlFiles } from '../../../adapters/soap/wsdl-files.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { bytes, compileOne, text } from '../../runtime/schemas/compiled.ts';
import { answering, bodyText, closeLocation, envelope, openLocation } from './open-location.ts';

const FILE = 'tests/adapters/soap/wsdl/axis-cases.wsdl';
const WSDL = readFileSync(FILE, 'utf8');
const service = readService(
  readWsdlFiles(FILE, () => WSDL),
  {},
);
const operation = (name: string): SoapOperation => service.operations.find((found) => found.name === name)!;
const ENC = 'http://schemas.xmlsoap.org/soap/encoding/';
const NS =
  `xmlns:c="urn:axis:cases" xmlns:o="urn:axis:other" xmlns:b="urn:axis:beans" xmlns:soapenc="${ENC}" ` +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';

const found = (...body: string[]) =>
  decodeRpc(
    body.map((element) => element.replace(/^<[\w:]+/, (start) => `${start} ${NS}`)),
    operation('find').encoded!.output!,
    service.types,
  );
const schemaOf = (root: string) => compileOne('axis.wsdl', WSDL, `root: "${root}"\n`);
const answers = schemaOf('{urn:axis:other}findResponse');

/** As the schema of the solution reads it; the schema must find nothing wrong. */
function read(xml: string): unknown {
  const document = answers.read(bytes(xml));
  expect(answers.validate(document, bytes(xml))).toEqual([]);
  return document;
}

const ANNE = '<name xsi:type="soapenc:string">Anne</name><age xsi:type="xsd:int">4</age><friend xsi:nil="true"/>';

describe('reading', () => {
  test('Axis: references to elements behind the answer, an officer who is a person, a friend of both', () => {
    const xml = found(
      '<o:findResponse><people xsi:type="soapenc:Array" soapenc:arrayType="b:Person[3]"><people href="#id0"/><people href="#id1"/><people href="#id0"/></people><total href="#id2"/></o:findResponse>',
      `<multiRef id="id1" soapenc:root="0" xsi:type="b:Officer"><name>Bob</name><age>5</age><friend href="#id0"/><team>t</team></multiRef>`,
      `<multiRef id="id0" soapenc:root="0" xsi:type="b:Person">${ANNE}</multiRef>`,
      '<multiRef id="id2" soapenc:root="0" xsi:type="xsd:int">3</multiRef>',
    );
    const anne = { name: 'Anne', age: 4, friend: null };
    const bob = { 'xsi:type': 'Officer', name: 'Bob', age: 5, friend: anne, team: 't' };
    expect(read(xml)).toEqual({ people: { item: [anne, bob, anne] }, total: 3 });
    expect(xml).not.toMatch(/href|soapenc|root=/);
  });

  test('PHP: no order, names of its own for items, an empty array, drafts of XML Schema', () => {
    const draft = 'xmlns:i="http://www.w3.org/1999/XMLSchema-instance" xmlns:d="http://www.w3.org/1999/XMLSchema"';
    const xml = found(
      `<o:findResponse ${draft}><total i:type="d:int">1</total><people soapenc:arrayType="b:Person[1]"><x><friend i:null="1"/><age i:type="d:int">4</age><name>A &amp; &lt;b&gt;</name><nick i:null="1"/></x></people></o:findResponse>`,
    );
    expect(read(xml)).toEqual({ people: { item: [{ name: 'A & <b>', age: 4, friend: null }] }, total: 1 });
    expect(read(found('<o:findResponse><people/><total>0</total></o:findResponse>'))).toEqual({ people: {}, total: 0 });
  });

  test('partly sent arrays: offset and positions leave gaps', () => {
    const at = (attributes: string, ...items: string[]) =>
      found(`<o:findResponse><people ${attributes}>${items.join('')}</people><total>0</total></o:findResponse>`);
    const person = (where: string) => `<p ${where}>${ANNE}</p>`;
    const anne = { name: 'Anne', age: 4, friend: null };
    expect(read(at('soapenc:offset="[1]"', person('')))).toMatchObject({ people: { item: [null, anne] } });
    expect(read(at('', person('soapenc:position="[2]"'), person('soapenc:position="[0]"')))).toMatchObject({
      people: { item: [anne, null, anne] },
    });
  });

  test('SOAP 1.2: enc:id and enc:ref, rpc:result', () => {
    const e12 = 'xmlns:e="http://www.w3.org/2003/05/soap-encoding" xmlns:r="http://www.w3.org/2003/05/soap-rpc"';
    const xml = found(
      `<o:findResponse ${e12}><r:result>people</r:result><people e:itemType="b:Person" e:arraySize="2"><p e:id="a">${ANNE}</p><p e:ref="a"/></people><total>2</total></o:findResponse>`,
    );
    const anne = { name: 'Anne', age: 4, friend: null };
    expect(read(xml)).toEqual({ people: { item: [anne, anne] }, total: 2 });
  });

  test('whatever the answer and its only part are called', () => {
    const { output } = operation('openCase').encoded!;
    expect(decodeRpc(['<x><return>7</return></x>'], output!, service.types)).toMatch(
      /:openCaseResponse [^>]*><openCaseReturn>7<\/openCaseReturn></,
    );
  });

  test.each([
    [
      'itself',
      `<o:findResponse><people><p id="a"><friend href="#a"/></p></people></o:findResponse>`,
      /#a refers to itself/,
    ],
    ['nothing', '<o:findResponse><people href="#gone"/></o:findResponse>', /#gone, which is not there/],
    ['two', '<o:findResponse><people id="a"/><total id="a"/></o:findResponse>', /id a twice/],
    ['a far place', '<o:findResponse><people soapenc:offset="[99999999]"/></o:findResponse>', /beyond 100000/],
    ['no place', '<o:findResponse><people soapenc:offset="[1,2]"/></o:findResponse>', /not \[n\]/],
    [
      'a flood',
      `<o:findResponse><people>${'<p id="l0">x</p>'}${[1, 2, 3, 4, 5, 6].map((n) => `<p id="l${n}">${`<q href="#l${n - 1}"/>`.repeat(10)}</p>`).join('')}</people></o:findResponse>`,
      /more than 100000 elements/,
    ],
    [
      'a deep chain',
      `<o:findResponse><people href="#n0"/>${Array.from({ length: 400 }, (_, n) => `<total id="n${n}"><q href="#n${n + 1}"/></total>`).join('')}<total id="n400"/></o:findResponse>`,
      /nested more than 256 deep/,
    ],
  ])('a reference to %s is refused', (_title, xml, reason) => {
    expect(() => found(xml)).toThrow(reason);
  });
});

describe('writing', () => {
  const asks = schemaOf('{urn:axis:cases}openCase');
  const ask = {
    kind: 'waste',
    reporter: { 'xsi:type': 'Officer', name: 'A & B', age: 4, friend: null, team: 't' },
    lines: { line: ['one', 'two'] },
    grid: { item: [{ item: [1, 2] }, { item: [3] }] },
    extra: 'x',
  };
  const call = text(asks.write(ask));

  test('every value has its type, arrays have that of their items and their length', () => {
    expect(encodeRpc(call, operation('openCase').encoded!.input!, service.types, '1.1')).toBe(
      `<n4:openCase xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soapenc="${ENC}" xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n4="urn:axis:beans" xmlns:n5="urn:axis:cases" env:encodingStyle="${ENC}">`.replace(
        '<n4:',
        '<n5:',
      ) +
        '<kind xsi:type="n4:Kind">waste</kind>' +
        '<reporter xsi:type="n4:Officer"><name xsi:type="soapenc:string">A &amp; B</name><age xsi:type="xsd:int">4</age>' +
        '<friend xsi:type="n4:Person" xsi:nil="true"/><team xsi:type="xsd:string">t</team></reporter>' +
        '<lines xsi:type="soapenc:Array" soapenc:arrayType="xsd:string[2]"><line xsi:type="xsd:string">one</line><line xsi:type="xsd:string">two</line></lines>' +
        '<grid xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[][2]">' +
        '<item xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[2]"><item xsi:type="xsd:int">1</item><item xsi:type="xsd:int">2</item></item>' +
        '<item xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[1]"><item xsi:type="xsd:int">3</item></item></grid>' +
        '<extra xsi:type="xsd:string">x</extra></n5:openCase>',
    );
  });

  test.each(['1.1', '1.2'] as const)('what we write in SOAP %s we read back', (version) => {
    const { input } = operation('openCase').encoded!;
    const xml = decodeRpc([encodeRpc(call, input!, service.types, version)], input!, service.types);
    expect(asks.validate(asks.read(bytes(xml)), bytes(xml))).toEqual([]);
    expect(asks.read(bytes(xml))).toEqual({
      ...ask,
      extra: expect.objectContaining({ text: 'x' }),
    });
  });
});

test('a port calls and a location serves: both ends see plain XML, the wire is encoded', async () => {
  let wire = '';
  const sink = await openSink((body, response) => {
    wire = body.toString();
    const answer = `<o:findResponse ${NS}><people href="#p"/><total>1</total></o:findResponse><p id="p" soapenc:root="0" ${NS}><i>${ANNE}</i></p>`;
    response.end(
      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${answer}</e:Body></e:Envelope>`,
    );
  });
  const port = soap.send!({ wsdl: FILE, url: sink.address }, testAdapterContext({ twoWay: true }));
  try {
    const asked = testMessage({
      id: 'm',
      bytes: Buffer.from('<a:find xmlns:a="urn:axis:other"/>'),
      contentType: 'text/xml',
    });
    const answer = await port.send(asked, new AbortController().signal);
    expect(wire).toMatch(/<\w+:find [^>]*encodingStyle="http:\/\/schemas\.xmlsoap\.org\/soap\/encoding\/"/);
    expect(read(Buffer.from(await bytesOf(answer!.parts[0])).toString())).toEqual({
      people: { item: [{ name: 'Anne', age: 4, friend: null }] },
      total: 1,
    });
  } finally {
    await port.close();
    await sink.close();
  }
});

test('the detail of a fault may lie beside it, as Axis writes it', async () => {
  const fault =
    '<e:Fault><faultcode>e:Server</faultcode><faultstring>no</faultstring><detail><c:fault href="#f"/></detail></e:Fault>';
  const beside = `<multiRef id="f" soapenc:root="0" xsi:type="b:Person">${ANNE}</multiRef>`;
  const sink = await openSink((_body, response) => {
    const text = envelope(fault + beside).replace('<e:Envelope', `<e:Envelope ${NS}`);
    response.writeHead(500).end(text);
  });
  const port = soap.send!({ wsdl: FILE, url: sink.address }, testAdapterContext({ twoWay: true }));
  const bytesOfCall = Buffer.from('<a:find xmlns:a="urn:axis:other"/>');
  const asked = testMessage({ id: 'm', bytes: bytesOfCall, contentType: 'text/xml' });
  try {
    await expect(port.send(asked, new AbortController().signal)).rejects.toMatchObject({
      fault: 'fault',
      detail: { faultstring: 'no', name: 'Anne', age: '4' },
    });
  } finally {
    await port.close();
    await sink.close();
  }
});

test('arrays of several dimensions are refused, both ways', () => {
  const flat = WSDL.replace('xsd:int[][]', 'xsd:int[,]');
  const { operations, types } = readService(
    readWsdlFiles(FILE, () => flat),
    {},
  );
  const { input } = operations[0]!.encoded!;
  const call = '<c:openCase xmlns:c="urn:axis:cases"><grid><item>1</item></grid></c:openCase>';
  const reason = /int\[,\] is an array of several dimensions/;
  expect(() => encodeRpc(call, input!, types, '1.1')).toThrow(reason);
  expect(() => decodeRpc([call], input!, types)).toThrow(reason);
});

test('a location serves: calls with references, answers with types', async () => {
  const person = `<p>${ANNE}</p>`.replace('<p>', '<item>').replace('</p>', '</item>');
  const plain = `<a:findResponse xmlns:a="urn:axis:other" ${NS}><people>${person}</people><total>1</total></a:findResponse>`;
  const { post, seen } = await openLocation({ wsdl: FILE }, answering(plain), { twoWay: true });
  const call = `<c:openCase ${NS}><kind href="#k"/><reporter href="#r"/><lines/><grid/><extra xsi:type="xsd:int">1</extra></c:openCase>`;
  const more = `<r id="r" soapenc:root="0" ${NS}>${ANNE}</r><k id="k" soapenc:root="0" ${NS} xsi:type="b:Kind">roads</k>`;
  expect((await post(envelope(more + call))).status).toBe(200);
  expect(schemaOf('{urn:axis:cases}openCase').read(bytes(await bodyText(seen[0])))).toMatchObject({
    kind: 'roads',
    reporter: { name: 'Anne', age: 4 },
  });
  const answer = await post(envelope('<a:find xmlns:a="urn:axis:other"/>'));
  expect(answer.text).toMatch(/<people xsi:type="soapenc:Array" soapenc:arrayType="\w+:Person\[1\]">/);
  expect(answer.text).toContain('<age xsi:type="xsd:int">4</age>');
  const broken = await post(envelope(`<c:openCase ${NS}><kind href="#gone"/></c:openCase>`));
  expect(broken).toMatchObject({
    status: 500,
    text: expect.stringMatching(/:Client<[\s\S]*#gone, which is not there/),
  });
  expect(seen).toHaveLength(2);
});

afterEach(closeLocation);

test('rpc/literal: the schema has the wrapper in the namespace of soap:body, its parts have none', () => {
  const literal = WSDL.replaceAll('use="encoded"', 'use="literal"').replaceAll(/ encodingStyle="[^"]*"/g, '');
  const schema = compileOne('literal.wsdl', literal, 'root: "{urn:axis:other}findResponse"\n');
  const xml = '<o:findResponse xmlns:o="urn:axis:other"><people/><total>2</total></o:findResponse>';
  expect(schema.validate(schema.read(bytes(xml)), bytes(xml))).toEqual([]);
  const wrong = xml.replaceAll('total', 'o:total');
  expect(schema.validate({ people: {}, total: 2 }, bytes(wrong))).not.toEqual([]);
});

/** `guildhall import wsdl` with what vendors write: chains of WSDLs, names that differ by namespace alone, several bindings side by side, rpc. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guildhall, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());
let made = 0;

const NAMESPACES =
  'xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:http="http://schemas.xmlsoap.org/wsdl/http/" xmlns:xs="http://www.w3.org/2001/XMLSchema"';
const definitions = (target: string, content: string) =>
  `<definitions ${NAMESPACES} xmlns:t="${target}" targetNamespace="${target}">${content}</definitions>`;
const schema = (target: string, content: string, more = '') =>
  `<xs:schema targetNamespace="${target}" elementFormDefault="qualified" ${more}>${content}</xs:schema>`;
const message = (name: string, element: string, part = 'body') =>
  `<message name="${name}"><part name="${part}" element="${element}"/></message>`;
const bound = (name: string, version: 'soap' | 'soap12', type: string, operation: string, style = 'document') =>
  `<binding name="${name}" type="${type}"><${version}:binding style="${style}" transport="http://schemas.xmlsoap.org/soap/http"/><operation name="${operation}"><${version}:operation soapAction="urn:${operation}"/><input><${version}:body use="literal"/></input><output><${version}:body use="literal"/></output></operation></binding>`;
const port = (name: string, binding: string, prefix = 'soap') =>
  `<port name="${name}" binding="${binding}"><${prefix}:address location="http://127.0.0.1:9/${name}"/></port>`;

/** Imports `main` into a fresh solution. */
async function importing(files: Readonly<Record<string, string>>, main = 'main.wsdl') {
  made += 1;
  const folder = join(temporary.folder, `g${made}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'contract', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'contract', path), text);
  }
  await guildhall(folder, 'new', 'solution', 'solution');
  const solution = join(folder, 'solution');
  const said = await guildhall(solution, 'import', 'wsdl', join('../contract', main), '--name', 'it', '--json');
  expect(said).toMatchObject({ exit: 0, err: '' });
  const text = (path: string) => readFileSync(join(solution, path), 'utf8');
  const checked = await guildhall(solution, 'check');
  expect(checked.out).toBe('0 errors, 0 warnings.');
  return { text, ...(said.json() as { files: string[]; notes: string[] }) };
}

const types = (files: readonly string[]) =>
  files.flatMap((file) => /([^/]+)\.message\.yaml$/.exec(file)?.[1] ?? []).sort();

test('a chain of WSDLs, whose messages and port types differ by namespace alone', async () => {
  const interfaceOf = (letter: string) =>
    definitions(
      `urn:${letter}`,
      `<types>${schema(`urn:${letter}:types`, `<xs:element name="Ask${letter}" type="xs:string"/><xs:element name="Answer${letter}" type="xs:int"/>`)}</types>
      ${message('request', `e:Ask${letter}`).replace('<part', `<part xmlns:e="urn:${letter}:types"`)}
      ${message('response', `e:Answer${letter}`).replace('<part', `<part xmlns:e="urn:${letter}:types"`)}
      <portType name="Port"><operation name="Ask"><input message="t:request"/><output message="t:response"/></operation></portType>`,
    );
  const { text, files, notes } = await importing({
    'main.wsdl': definitions(
      'urn:main',
      `<import namespace="urn:bindings" location="bindings/all.wsdl"/>
      <service name="A" xmlns:b="urn:bindings">${port('PA', 'b:BA')}</service><service name="B" xmlns:b="urn:bindings">${port('PB', 'b:BB')}</service>`,
    ),
    'bindings/all.wsdl': definitions(
      'urn:bindings',
      `<import namespace="urn:a" location="../a.wsdl"/><import namespace="urn:b" location="../b.wsdl"/>
      ${bound('BA', 'soap', 'a:Port', 'Ask').replace('<binding', '<binding xmlns:a="urn:a"')}${bound('BB', 'soap', 'b:Port', 'Ask').replace('<binding', '<binding xmlns:b="urn:b"')}`,
    ),
    'a.wsdl': interfaceOf('a'),
    'b.wsdl': interfaceOf('b'),
  });
  expect(types(files)).toEqual(['answera', 'answerb', 'aska', 'askb']);
  const application = text('config/applications/it.yaml');
  expect(application).toMatch(/port: "PA"[\s\S]*response: \[answera\][\s\S]*\["aska"\]/);
  expect(application).toMatch(/port: "PB"[\s\S]*response: \[answerb\][\s\S]*\["askb"\]/);
  expect(notes).toEqual([]);
});

test('SOAP 1.1, SOAP 1.2 and HTTP side by side, as .NET writes them', async () => {
  const { text, files, notes } = await importing({
    'main.wsdl': definitions(
      'urn:m',
      `<types>${schema('urn:m', '<xs:element name="Get"><xs:complexType/></xs:element><xs:element name="GetResponse" type="xs:string"/>')}</types>
      ${message('GetSoapIn', 't:Get', 'parameters')}${message('GetSoapOut', 't:GetResponse', 'parameters')}
      <message name="GetHttpGetIn"><part name="id" type="xs:string"/></message><message name="GetHttpGetOut"><part name="Body" element="t:GetResponse"/></message>
      <portType name="Soap"><operation name="Get"><input message="t:GetSoapIn"/><output message="t:GetSoapOut"/></operation></portType>
      <portType name="HttpGet"><operation name="Get"><input message="t:GetHttpGetIn"/><output message="t:GetHttpGetOut"/></operation></portType>
      ${bound('One', 'soap', 't:Soap', 'Get')}${bound('Two', 'soap12', 't:Soap', 'Get')}
      <binding name="Http" type="t:HttpGet"><http:binding verb="GET"/><operation name="Get"><http:operation location="/Get"/><input><http:urlEncoded/></input><output/></operation></binding>
      <service name="S">${port('S11', 't:One')}${port('S12', 't:Two', 'soap12')}${port('SGet', 't:Http', 'http')}</service>`,
    ),
  });
  expect(types(files)).toEqual(['get', 'get-response']);
  expect(text('config/applications/it.yaml').match(/ port: .*/g)).toEqual([' port: "S11"', ' port: "S12"']);
  expect(notes).toEqual(['The port S/SGet is not bound to SOAP: it is left out.']);
});

test('inline schemas that refer to each other without locations, and to what comes with the bus', async () => {
  const { files } = await importing({
    'main.wsdl': definitions(
      'urn:m',
      `<types>
        ${schema('urn:one', '<xs:import namespace="urn:two"/><xs:import namespace="http://schemas.microsoft.com/2003/10/Serialization/"/><xs:element name="Ask"><xs:complexType><xs:sequence><xs:element ref="two:Who"/><xs:element name="id" type="ser:guid"/></xs:sequence></xs:complexType></xs:element>', 'xmlns:two="urn:two" xmlns:ser="http://schemas.microsoft.com/2003/10/Serialization/"')}
        ${schema('urn:two', '<xs:import namespace="urn:one"/><xs:element name="Who" type="xs:string"/><xs:element name="Answer"><xs:complexType><xs:sequence><xs:element ref="one:Ask"/></xs:sequence></xs:complexType></xs:element>', 'xmlns:one="urn:one"')}
      </types>
      ${message('in', 'o:Ask').replace('<part', '<part xmlns:o="urn:one"')}${message('out', 'o:Answer').replace('<part', '<part xmlns:o="urn:two"')}
      <portType name="P"><operation name="Ask"><input message="t:in"/><output message="t:out"/></operation></portType>
      ${bound('B', 'soap', 't:P', 'Ask')}<service name="S">${port('P', 't:B')}</service>`,
    ),
  });
  expect(types(files)).toEqual(['answer', 'ask']);
});

test('rpc: wrappers of the parts, which lie in another WSDL under prefixes of its own', async () => {
  const { text, files } = await importing({
    'main.wsdl': definitions(
      'urn:m',
      `<import namespace="urn:i" location="i.wsdl"/>${bound('B', 'soap', 'i:P', 'find', 'rpc').replace('<binding', '<binding xmlns:i="urn:i"')}<service name="S">${port('P', 't:B')}</service>`,
    ),
    'i.wsdl': definitions(
      'urn:i',
      `<types>${schema('urn:x', '<xs:complexType name="Place"><xs:sequence><xs:element name="uprn" type="xs:long"/></xs:sequence></xs:complexType>')}</types>
      <message name="in"><part name="place" type="q:Place" xmlns:q="urn:x"/><part name="limit" type="xs:int"/></message><message name="out"><part name="result" type="xs:string"/></message>
      <portType name="P"><operation name="find"><input message="t:in"/><output message="t:out"/></operation></portType>`,
    ),
  });
  expect(types(files)).toEqual(['find', 'find-response']);
  expect(text('schemas/it/find.message.yaml')).toContain('root: "{urn:i}find"');
});

test('a header that stands first among the parts is not the body, and an operation without an element is left out', async () => {
  const { text, files, notes } = await importing({
    'main.wsdl': definitions(
      'urn:m',
      `<types>${schema('urn:m', '<xs:element name="Token" type="xs:string"/><xs:element name="Ask" type="xs:string"/><xs:element name="Answer" type="xs:string"/>')}</types>
      <message name="in"><part name="head" element="t:Token"/><part name="body" element="t:Ask"/></message>${message('out', 't:Answer')}<message name="none"><part name="p" type="xs:string"/></message>
      <portType name="P"><operation name="Ask"><input message="t:in"/><output message="t:out"/></operation><operation name="Ping"><input message="t:none"/></operation></portType>
      ${bound('B', 'soap', 't:P', 'Ask')
        .replace('<input>', '<input><soap:header message="t:in" part="head" use="literal"/>')
        .replace(
          '</binding>',
          '<operation name="Ping"><input><soap:body use="literal"/></input></operation></binding>',
        )}
      <service name="S">${port('P', 't:B')}</service>`,
    ),
  });
  expect(types(files)).toEqual(['answer', 'ask']);
  expect(text('config/applications/it.yaml')).toContain('["ask"]');
  expect(notes).toEqual(['Ping takes no element: it has no message type, and cannot be called.']);
});

test('a binding without a service', async () => {
  const { text } = await importing({
    'main.wsdl': definitions(
      'urn:m',
      `<types>${schema('urn:m', '<xs:element name="Ask" type="xs:string"/><xs:element name="Answer" type="xs:string"/>')}</types>
      ${message('in', 't:Ask')}${message('out', 't:Answer')}<portType name="P"><operation name="Ask"><input message="t:in"/><output message="t:out"/></operation></portType>${bound('B', 'soap12', 't:P', 'Ask')}`,
    ),
  });
  expect(text('config/applications/it.yaml')).toContain('url: http://127.0.0.1:1/');
});

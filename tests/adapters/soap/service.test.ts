/** What is read out of a WSDL: ports, operations and their elements, also of WSDLs that are not as they should be. */
import { readService } from '../../../adapters/soap/service.ts';
import { readWsdlFiles } from '../../../adapters/soap/wsdl-files.ts';

const OPEN =
  '<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:h="http://schemas.xmlsoap.org/wsdl/http/" xmlns:a="urn:a" xmlns:e="urn:e" targetNamespace="urn:a">';
const part = (name: string, element: string) =>
  `<w:message name="${name}"><w:part name="p" element="${element}"/></w:message>`;
const PORT_TYPE = `${part('In', 'e:Ask')}${part('Out', 'e:Tell')}<w:portType name="T"><w:operation name="Ask"><w:input message="a:In"/><w:output message="a:Out"/></w:operation></w:portType>`;
const BINDING =
  '<w:binding name="B" type="a:T"><s:binding style="document"/><w:operation name="Ask"><s:operation soapAction="act"/><w:input><s:body use="literal"/></w:input></w:operation></w:binding>';
const SERVICE =
  '<w:service name="S"><w:port name="P" binding="a:B"><s:address location="http://x/"/></w:port></w:service>';

const read = (files: Record<string, string>, choice = {}) =>
  readService(
    readWsdlFiles('a/main.wsdl', (path) => files[path]),
    choice,
  );

const ask = {
  name: 'Ask',
  input: { uri: 'urn:e', local: 'Ask' },
  output: { uri: 'urn:e', local: 'Tell' },
  action: 'act',
  actions: { input: 'act', output: 'urn:a:T:AskResponse' },
};

test('a whole WSDL', () => {
  const text = `${OPEN}${PORT_TYPE}${BINDING}${SERVICE}</w:definitions>`;
  expect(read({ 'a/main.wsdl': text })).toEqual({
    name: 'S/P',
    version: '1.1',
    address: 'http://x/',
    operations: [ask],
    types: expect.anything(),
  });
});

test('a binding of MIME parts: body and headers lie in one of them, attachments in others', () => {
  const message =
    '<w:message name="In"><w:part name="scan" type="e:Scan"/><w:part name="t" element="e:Ticket"/><w:part name="b" element="e:Ask"/></w:message>';
  const mime = (inside: string) =>
    `<m:multipartRelated xmlns:m="http://schemas.xmlsoap.org/wsdl/mime/">${inside}<m:part><m:content part="scan" type="image/tiff"/></m:part></m:multipartRelated>`;
  const body = '<s:header message="a:In" part="t" use="literal"/><s:body parts="b" use="literal"/>';
  const parted = BINDING.replace('<s:body use="literal"/>', mime(`<m:part>${body}</m:part>`));
  const text = `${OPEN}${PORT_TYPE.replace(part('In', 'e:Ask'), message)}${parted}${SERVICE}</w:definitions>`;
  const [operation] = read({ 'a/main.wsdl': text }).operations;
  expect(operation).toMatchObject({ input: ask.input, headers: { input: [{ uri: 'urn:e', local: 'Ticket' }] } });
  const encoded = text
    .replace('style="document"', 'style="rpc"')
    .replace(body, '<s:body use="encoded" namespace="urn:r"/>');
  expect(read({ 'a/main.wsdl': encoded }).operations[0]!.encoded!.input!.parts.map(({ local }) => local)).toEqual([
    't',
    'b',
  ]);
});

test('one in several files, in a circle', () => {
  const main = `${OPEN}<w:import namespace="urn:a" location="../b/types.wsdl"/>${BINDING}${SERVICE}</w:definitions>`;
  const types = `${OPEN}<w:import namespace="urn:a" location="../a/main.wsdl"/>${PORT_TYPE}</w:definitions>`;
  expect(read({ 'a/main.wsdl': main, 'b/types.wsdl': types }).operations).toEqual([ask]);
});

test('one without a service: its port type, without an address', () => {
  const service = read({ 'a/main.wsdl': `${OPEN}${PORT_TYPE}</w:definitions>` });
  expect(service).toMatchObject({
    name: 'T',
    version: '1.1',
    address: undefined,
    operations: [{ ...ask, action: '', actions: { ...ask.actions, input: 'urn:a:T:AskRequest' } }],
  });
});

test('style rpc: the wrapper is the body element', () => {
  const rpc = BINDING.replace('document', 'rpc').replace(
    '<s:body use="literal"/>',
    '<s:body use="literal" namespace="urn:r"/>',
  );
  const [operation] = read({ 'a/main.wsdl': `${OPEN}${PORT_TYPE}${rpc}${SERVICE}</w:definitions>` }).operations;
  expect(operation).toMatchObject({
    input: { uri: 'urn:r', local: 'Ask' },
    output: { uri: 'urn:a', local: 'AskResponse' },
  });
});

test('ports that are not SOAP are passed over', () => {
  const http = '<w:binding name="H" type="a:T"><h:binding verb="GET"/></w:binding>';
  const ports = SERVICE.replace(
    '<w:port',
    '<w:port name="Get" binding="a:H"><h:address location="http://x/get"/></w:port><w:port',
  );
  const text = `${OPEN}${PORT_TYPE}${http}${BINDING}${ports}</w:definitions>`;
  expect(read({ 'a/main.wsdl': text }).name).toBe('S/P');
  expect(() => read({ 'a/main.wsdl': text }, { port: 'Get' })).toThrow('no SOAP port Get; there are S/Get, S/P');
});

test('schemas that lie in the network or are missing are left where they are', () => {
  const types =
    '<w:types><x:schema xmlns:x="http://www.w3.org/2001/XMLSchema"><x:import schemaLocation="http://www.w3.org/2001/xml.xsd"/><x:include schemaLocation="gone.xsd"/></x:schema></w:types>';
  expect(read({ 'a/main.wsdl': `${OPEN}${types}${PORT_TYPE}${BINDING}${SERVICE}</w:definitions>` }).operations).toEqual(
    [ask],
  );
});

test.each([
  ['there is no a/none.wsdl', `<w:import location="none.wsdl"/>`],
  ['neither a service nor a port type', ''],
  ['no message {urn:a}Gone', PORT_TYPE.replace('a:In', 'a:Gone')],
  ['no part with an element', PORT_TYPE.replace('element="e:Ask"', 'type="e:Ask"')],
])('%s', (reason, inside) => {
  expect(() => read({ 'a/main.wsdl': `${OPEN}${inside}</w:definitions>` })).toThrow(reason);
});

/** The schemas that come with the bus: each compiles, and contracts may import them without bringing them along. */
import { readdirSync } from 'node:fs';
import { isStandard, standardSchema } from '../../../../../runtime/schemas/xml/xsd/standard-schemas.ts';
import { bytes, compileFiles, compileOne, xsd } from '../../compiled.ts';

const folder = new URL('../../../../../runtime/schemas/xml/xsd/standard/', import.meta.url);
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** Namespace, a reference to something of it, and a document that has it, and one that has it wrongly. */
const uses: readonly (readonly [string, string, string, string])[] = [
  ['http://www.w3.org/XML/1998/namespace', '<xs:attribute ref="xml:lang"/>', 'xml:lang="cy"', 'xml:lang="--"'],
  [
    'http://www.w3.org/1999/xlink',
    '<xs:attributeGroup ref="n:simpleLink"/>',
    'n:type="simple" n:href="#a"',
    'n:show="all"',
  ],
  [
    'http://www.w3.org/1999/xlink',
    '<xs:attributeGroup ref="n:simpleAttrs"/>',
    'n:actuate="onLoad"',
    'n:actuate="never"',
  ],
  ['http://schemas.xmlsoap.org/wsdl/', '<xs:attribute ref="n:required"/>', 'n:required="true"', 'n:required="maybe"'],
  [
    'http://www.w3.org/2005/05/xmlmime',
    '<xs:attribute ref="n:contentType"/>',
    'n:contentType="a/b"',
    'n:contentType=""',
  ],
  [
    'http://www.w3.org/2000/09/xmldsig#',
    '<xs:sequence><xs:element ref="n:KeyInfo"/></xs:sequence>',
    '><n:KeyInfo><n:KeyName>k</n:KeyName></n:KeyInfo></t:R',
    '><n:KeyInfo/></t:R',
  ],
  [
    'http://www.w3.org/2001/04/xmlenc#',
    '<xs:sequence><xs:element ref="n:CipherData"/></xs:sequence>',
    '><n:CipherData><n:CipherValue>AAAA</n:CipherValue></n:CipherData></t:R',
    '><n:CipherData/></t:R',
  ],
  [
    'http://www.w3.org/2005/08/addressing',
    '<xs:sequence><xs:element name="e" type="n:EndpointReferenceType" form="unqualified"/></xs:sequence>',
    '><e><n:Address>urn:a</n:Address></e></t:R',
    '><e/></t:R',
  ],
  [
    'http://schemas.xmlsoap.org/ws/2004/08/addressing',
    '<xs:sequence><xs:element ref="n:ReplyTo"/></xs:sequence>',
    '><n:ReplyTo><n:Address>urn:a</n:Address></n:ReplyTo></t:R',
    '><n:ReplyTo/></t:R',
  ],
  [
    'http://schemas.xmlsoap.org/soap/encoding/',
    '<xs:sequence><xs:element name="e" type="n:int" form="unqualified"/></xs:sequence>',
    '><e id="a1">7</e></t:R',
    '><e>seven</e></t:R',
  ],
  [
    'http://schemas.xmlsoap.org/soap/envelope/',
    '<xs:sequence><xs:element ref="n:Fault"/></xs:sequence>',
    '><n:Fault><faultcode>n:Client</faultcode><faultstring>no</faultstring></n:Fault></t:R',
    '><n:Fault><faultstring>no</faultstring></n:Fault></t:R',
  ],
  [
    'http://www.w3.org/2003/05/soap-envelope',
    '<xs:sequence><xs:element ref="n:Fault"/></xs:sequence>',
    '><n:Fault><n:Code><n:Value>n:Sender</n:Value></n:Code><n:Reason><n:Text xml:lang="en">no</n:Text></n:Reason></n:Fault></t:R',
    '><n:Fault><n:Code><n:Value>n:Nobody</n:Value></n:Code></n:Fault></t:R',
  ],
  [
    'http://www.w3.org/2004/08/xop/include',
    '<xs:sequence><xs:element ref="n:Include"/></xs:sequence>',
    '><n:Include href="cid:1"/></t:R',
    '><n:Include/></t:R',
  ],
  [
    WSSE,
    '<xs:sequence><xs:element ref="n:Nonce"/></xs:sequence>',
    '><n:Nonce EncodingType="urn:b">AAAA</n:Nonce></t:R',
    '><n:Nonce wrong="1"/></t:R',
  ],
  [
    WSSE.replace('secext', 'utility'),
    '<xs:sequence><xs:element ref="n:Created"/></xs:sequence>',
    '><n:Created n:Id="i">2026-01-01T00:00:00Z</n:Created></t:R',
    '><n:Created Id="i"/></t:R',
  ],
  [
    'http://schemas.microsoft.com/2003/10/Serialization/',
    '<xs:sequence><xs:element name="e" type="n:guid" form="unqualified"/></xs:sequence>',
    '><e>00000000-0000-0000-0000-000000000000</e></t:R',
    '><e>0</e></t:R',
  ],
];

test('every file has a namespace that something uses here', () => {
  const namespaces = new Set(uses.map(([namespace]) => namespace));
  expect(readdirSync(folder)).toHaveLength(namespaces.size);
  for (const namespace of namespaces) {
    expect(isStandard(namespace)).toBe(true);
    expect(standardSchema(namespace)!.attributes.get('targetNamespace')).toBe(namespace);
  }
});

test.each(uses)('%s is known without a file: %s', (namespace, content, valid, invalid) => {
  const schema = compileOne(
    'it.xsd',
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:n="${namespace === 'http://www.w3.org/XML/1998/namespace' ? 'urn:n' : namespace}" targetNamespace="urn:t">
    <xs:import namespace="${namespace}"/><xs:element name="R"><xs:complexType>${content}</xs:complexType></xs:element></xs:schema>`,
    'root: R\n',
  );
  const document = (inside: string) =>
    bytes(
      `<t:R xmlns:t="urn:t" xmlns:n="${namespace.startsWith('http://www.w3.org/XML/') ? 'urn:n' : namespace}" ${inside}${inside.startsWith('>') ? '>' : '/>'}`,
    );
  expect(schema.validate(schema.read(document(valid)), document(valid))).toEqual([]);
  expect(schema.validate(undefined, document(invalid))).not.toEqual([]);
});

describe('what is imported by its namespace', () => {
  const importing = (location: string) => ({
    'schemas/set/main.xsd': xsd(
      `<xs:import namespace="urn:o"${location}/><xs:element name="R"><xs:complexType><xs:sequence><xs:element ref="o:A" xmlns:o="urn:o"/></xs:sequence></xs:complexType></xs:element>`,
    ),
    'schemas/r.message.yaml': 'message: r\nschema: set/main.xsd\nroot: R\n',
  });
  const other = (content: string) =>
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o">${content}</xs:schema>`;
  const element = (type: string) => other(`<xs:element name="A" type="xs:${type}"/>`);
  const codes = (files: Readonly<Record<string, string>>) =>
    compileFiles(files).findings.map(({ code, severity, at }) => `${severity} ${code} ${at?.file}:${at?.line}`);

  test.each(['', ' schemaLocation="gone.xsd"', ' schemaLocation="http://schemas.example/2009/o.xsd"'])(
    'is found beside it, with%s',
    (location) => {
      const files = { ...importing(location), 'schemas/set/other-file.xsd': element('int') };
      expect(codes(files)).toEqual([]);
      const type = compileFiles(files).schemas.find('r')!;
      const read = type.read(bytes('<R xmlns="urn:t"><A xmlns="urn:o">7</A></R>'));
      expect(read).toEqual({ A: 7 });
    },
  );

  test('the nearest counts, and no other version of it', () => {
    const files = {
      ...importing(''),
      'schemas/set/old/o.xsd': element('string'),
      'schemas/set/o.xsd': element('int'),
      'schemas/set/o-2.xsd': element('boolean'),
      'schemas/else/o.xsd': element('date'),
    };
    expect(codes(files)).toEqual([]);
    const type = compileFiles(files).schemas.find('r')!;
    expect(type.read(bytes('<R xmlns="urn:t"><A xmlns="urn:o">true</A></R>'))).toEqual({ A: true });
  });

  test('several files of it are taken together', () => {
    const files = {
      ...importing(''),
      'schemas/set/a.xsd': other('<xs:element name="A" type="o:T" xmlns:o="urn:o"/>'),
      'schemas/set/b.xsd': other('<xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>'),
    };
    expect(codes(files)).toEqual([]);
  });

  test('what is nowhere is warned of, at its place, and an error where it is used', () => {
    expect(codes(importing(''))).toEqual([
      'warning SCHEMA_NAMESPACE_UNKNOWN schemas/set/main.xsd:1',
      expect.stringMatching(/^error SCHEMA_INVALID schemas\/set\/main.xsd/),
    ]);
    const unused = {
      'schemas/set/main.xsd': xsd(
        '<xs:import namespace="urn:o" schemaLocation="o.xsd"/><xs:element name="R" type="xs:string"/>',
      ),
      'schemas/r.message.yaml': 'message: r\nschema: set/main.xsd\n',
    };
    expect(codes(unused)).toEqual(['warning SCHEMA_FILE_UNKNOWN schemas/set/main.xsd:1']);
    expect(compileFiles(unused).schemas.find('r')).toBeDefined();
  });

  test('a file of the contract comes before what comes with the bus', () => {
    const type = compileFiles({
      'schemas/main.xsd': xsd(
        '<xs:import namespace="http://www.w3.org/1999/xlink" schemaLocation="http://www.w3.org/xlink.xsd"/><xs:element name="R"><xs:complexType><xs:attribute ref="l:href" xmlns:l="http://www.w3.org/1999/xlink"/></xs:complexType></xs:element>',
      ),
      'schemas/xlink.xsd':
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink"><xs:attribute name="href" type="xs:int"/></xs:schema>',
      'schemas/r.message.yaml': 'message: r\nschema: main.xsd\nroot: R\n',
    }).schemas.find('r')!;
    expect(type.read(bytes('<R xmlns="urn:t" xmlns:l="http://www.w3.org/1999/xlink" l:href="7"/>'))).toEqual({
      href: 7,
    });
  });
});

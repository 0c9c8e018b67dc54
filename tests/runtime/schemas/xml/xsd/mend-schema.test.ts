/** Schemas with mistakes whose meaning is plain load, with a warning that says what was taken for what; all other mistakes stay errors. */
import { bytes, compileFiles } from '../../compiled.ts';

const compile = (content: string) =>
  compileFiles({
    'schemas/it.xsd': `<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns:t="urn:t" elementFormDefault="qualified">\n${content}\n</s:schema>`,
    'schemas/it.message.yaml': 'message: it\nschema: it.xsd\nroot: R\n',
  });

test.each([
  [
    'a type within an element that has a name',
    '<s:element name="R"><s:complexType name="T"><s:sequence><s:element name="a" type="s:int"/></s:sequence></s:complexType></s:element>',
    'name at complexType, which XML Schema does not allow; it is left out.',
  ],
  [
    'a global element that says how often it occurs',
    '<s:element name="R" minOccurs="0" maxOccurs="1"><s:complexType><s:sequence><s:element name="a" type="s:int"/></s:sequence></s:complexType></s:element>',
    'minOccurs and maxOccurs at element, which XML Schema does not allow; it is left out.',
  ],
  [
    'a prefix of XML Schema that is not declared',
    '<s:element name="R"><s:complexType><s:sequence><s:element name="a" type="xs:int"/></s:sequence></s:complexType></s:element>',
    'type="xs:int", whose namespace nothing declares, which XML Schema does not allow; it is taken as one of XML Schema.',
  ],
  [
    'a name without a prefix that only the target namespace has',
    '<s:element name="R" type="T"/><s:complexType name="T"><s:sequence><s:element name="a" type="U"/></s:sequence></s:complexType><s:simpleType name="U"><s:restriction base="s:int"/></s:simpleType>',
    'type="T", whose namespace nothing declares, which XML Schema does not allow; it is taken as one of the target namespace.',
  ],
])('%s', (_, content, told) => {
  const { schemas, findings } = compile(content);
  expect(findings[0]).toMatchObject({
    code: 'SCHEMA_MENDED',
    severity: 'warning',
    at: { file: 'schemas/it.xsd', line: 2 },
  });
  expect(findings[0]!.message).toBe(`schemas/it.xsd has ${told}`);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const type = schemas.find('it')!;
  const good = bytes('<R xmlns="urn:t"><a>7</a></R>');
  expect(type.read(good)).toEqual({ a: 7 });
  expect(type.validate(undefined, good)).toEqual([]);
  expect(type.validate(undefined, bytes('<R xmlns="urn:t"><a>x</a></R>'))).not.toEqual([]);
});

test.each([
  ['<s:element name="R" type="Nowhere"/>'],
  ['<s:element name="R" type="other:T"/>'],
  ['<s:simpletype name="T"/><s:element name="R" type="s:int"/>'],
])('%s stays an error', (content) => {
  const { findings } = compile(content);
  expect(findings.map(({ code }) => code)).toContain('SCHEMA_INVALID');
  expect(findings.map(({ code }) => code)).not.toContain('SCHEMA_MENDED');
});

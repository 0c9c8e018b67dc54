/** What belongs to XSD 1.1 is told by its name, at its place. */
import { compileFiles, xsd } from '../../compiled.ts';

const type = (content: string) => `<xs:element name="R"><xs:complexType>${content}</xs:complexType></xs:element>`;
const element = '<xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>';

test.each([
  [type(`${element}\n<xs:assert test="a &gt; 1"/>`), 'xs:assert, of XSD 1.1, is not supported.'],
  [
    '<xs:element name="R"><xs:simpleType><xs:restriction base="xs:date">\n<xs:explicitTimezone value="required"/></xs:restriction></xs:simpleType></xs:element>',
    'xs:explicitTimezone, of XSD 1.1, is not supported.',
  ],
  [type(`\n<xs:openContent><xs:any/></xs:openContent>${element}`), 'xs:openContent, of XSD 1.1, is not supported.'],
  [
    '<xs:element name="R" type="xs:anyType">\n<xs:alternative test="@a" type="xs:string"/></xs:element>',
    'xs:alternative, of XSD 1.1, is not supported.',
  ],
  ['\n<xs:element name="R" type="xs:dateTimeStamp"/>', 'The type xs:dateTimeStamp, of XSD 1.1, is not supported.'],
  [
    type('<xs:sequence>\n<xs:any notNamespace="urn:x"/></xs:sequence>'),
    'notNamespace of xs:any, of XSD 1.1, is not supported.',
  ],
  [
    type('<xs:all>\n<xs:element name="a" type="xs:int" maxOccurs="unbounded"/></xs:all>'),
    'An element that repeats within xs:all, of XSD 1.1, is not supported.',
  ],
])('%s', (content, message) => {
  const { findings } = compileFiles({
    'schemas/it.xsd': xsd(content),
    'schemas/it.message.yaml': 'message: it\nschema: it.xsd\nroot: R\n',
  });
  expect(findings).toMatchObject([{ code: 'SCHEMA_UNSUPPORTED', severity: 'error', message, at: { line: 2 } }]);
});

test('names of them that mean something else load', () => {
  const own =
    '<xs:simpleType name="error"><xs:restriction base="xs:string"/></xs:simpleType><xs:element name="R" type="t:error"/>';
  const { findings } = compileFiles({
    'schemas/it.xsd': xsd(own),
    'schemas/it.message.yaml': 'message: it\nschema: it.xsd\nroot: R\n',
  });
  expect(findings).toEqual([]);
});

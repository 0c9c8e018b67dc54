/** What passes through unchanged is written as it came, prefixes too; a copy is written in the way of the schema. */
import { bytes, compileFiles, compileOne, text, xsd } from '../compiled.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const qualified = compileOne(
  'q.xsd',
  xsd(
    '<xs:element name="R"><xs:complexType><xs:sequence><xs:element name="a" type="xs:QName"/><xs:any namespace="##other ##local" processContents="skip" minOccurs="0"/></xs:sequence><xs:attribute name="n" form="qualified"/></xs:complexType></xs:element>'.replace(
      '##other ##local',
      '##any',
    ),
  ),
  'root: R\n',
);
const local = compileOne(
  'l.xsd',
  xsd(
    '<xs:element name="R"><xs:complexType><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType></xs:element>',
    '',
  ),
  'root: R\n',
);

test.each([
  '<R xmlns="urn:t"><a>R</a></R>',
  '<R xmlns="urn:t" xmlns:p="urn:t" p:n="1"><a>R</a></R>',
  '<p:R xmlns:p="urn:t" xmlns:q="urn:q" p:n="1"><p:a>q:x</p:a></p:R>',
  '<R xmlns="urn:t" xmlns:t="urn:other"><a>t:x</a></R>',
  '<t:R xmlns:t="urn:t" xmlns:unused="urn:unused"><t:a>t:x</t:a></t:R>',
])('%s comes back to the letter', (xml) => {
  expect(text(qualified.write(qualified.read(bytes(xml))))).toBe(HEAD + xml);
});

test('a prefix of the schema that stands for something else here gives way', () => {
  const written = text(
    qualified.write(
      qualified.read(bytes('<R xmlns="urn:t" xmlns:t="urn:other" xmlns:x="urn:t" x:n="1"><a>t:x</a></R>')),
    ),
  );
  expect(written).toBe(`${HEAD}<R xmlns="urn:t" xmlns:t="urn:other" xmlns:x="urn:t" x:n="1"><a>t:x</a></R>`);
  const own = text(local.write(local.read(bytes('<R xmlns="urn:t" xmlns:t="urn:other"><a xmlns="">1</a></R>'))));
  expect(own).toBe(`${HEAD}<t_:R xmlns:t="urn:other" xmlns:t_="urn:t"><a>1</a></t_:R>`);
});

test('what has no namespace is never taken for one of the default namespace', () => {
  const xml = '<R xmlns="urn:t"><a xmlns:t="urn:t">t:x</a><b xmlns=""><c/></b></R>';
  const document = qualified.read(bytes(xml)) as object;
  expect(qualified.read(qualified.write(document))).toEqual(document);
  const moved = qualified.read(bytes('<R xmlns="urn:t"><a>x</a></R>')) as Record<string, unknown>;
  moved['any'] = '<b><c/></b>';
  const written = text(qualified.write(moved));
  expect(written).toContain('<t:R xmlns:t="urn:t">');
  expect(qualified.validate(undefined, bytes(written))).toEqual([]);
});

test('a copy has the prefixes of the schema, and what a map changes is written anew', () => {
  const document = qualified.read(bytes('<p:R xmlns:p="urn:t"><p:a>p:x</p:a></p:R>'));
  expect(text(qualified.write({ ...(document as object) }))).toBe(`${HEAD}<t:R xmlns:t="urn:t"><t:a>t:x</t:a></t:R>`);
});

test('a value that was changed in place is not written as it was', () => {
  const { schemas } = compileFiles({
    'schemas/n.xsd': xsd(
      '<xs:element name="R"><xs:complexType><xs:choice maxOccurs="unbounded"><xs:element name="a" type="xs:double"/><xs:element name="b" type="xs:boolean"/></xs:choice></xs:complexType></xs:element>',
    ),
    'schemas/n.message.yaml': 'message: n\nschema: n.xsd\n',
  });
  const schema = schemas.find('n')!;
  const document = schema.read(bytes('<R xmlns="urn:t"><b>1</b><a>1.0</a><a>2.0</a></R>')) as {
    a: number[];
    b: boolean[];
  };
  document.a[1] = 3;
  expect(text(schema.write(document))).toBe(`${HEAD}<R xmlns="urn:t"><b>1</b><a>1.0</a><a>3</a></R>`);
  document.a.push(4);
  expect(text(schema.write(document))).toBe(`${HEAD}<R xmlns="urn:t"><a>1</a><a>3</a><a>4</a><b>true</b></R>`);
});

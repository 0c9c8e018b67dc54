/** Shapes of BizTalk's flat-file schemas as its wizard and its editor write them: attributes, choices, nesting, files without ends. */
import { bytes, compileFiles, compileOne, text } from '../compiled.ts';

const info = (kind: string, attributes: string) =>
  `<xs:annotation><xs:appinfo><b:${kind} ${attributes} /></xs:appinfo></xs:annotation>`;
const schema = (body: string) => `<?xml version="1.0" encoding="utf-16"?>
<xs:schema xmlns="http://FF.Payments" xmlns:b="http://schemas.microsoft.com/BizTalk/2003" targetNamespace="http://FF.Payments" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:annotation><xs:appinfo>
    <schemaEditorExtension:schemaInfo namespaceAlias="b" extensionClass="Microsoft.BizTalk.FlatFileExtension.FlatFileExtension" standardName="Flat File" xmlns:schemaEditorExtension="http://schemas.microsoft.com/BizTalk/2003/SchemaEditorExtensions" />
    <b:schemaInfo standard="Flat File" codepage="65001" default_pad_char=" " pad_char_type="char" count_positions_by_byte="false" parser_optimization="speed" lookahead_depth="3" suppress_empty_nodes="false" generate_empty_nodes="true" allow_early_termination="false" early_terminate_optional_fields="false" allow_message_breakup_of_infix_root="false" compile_parse_tables="false" root_reference="File" />
  </xs:appinfo></xs:annotation>${body}</xs:schema>`;
const record = (name: string, attributes: string, content: string, occurs = '') =>
  `<xs:element name="${name}" ${occurs}>${info('recordInfo', attributes)}<xs:complexType>${content}</xs:complexType></xs:element>`;
const sequence = (...content: string[]) =>
  `<xs:sequence>${info('groupInfo', 'sequence_number="0"')}${content.join('')}</xs:sequence>`;
const field = (name: string, attributes = 'justification="left"', more = 'type="xs:string"') =>
  `<xs:element name="${name}" ${more}>${info('fieldInfo', attributes)}</xs:element>`;
const attribute = (name: string, attributes: string, type = 'xs:string') =>
  `<xs:attribute name="${name}" type="${type}">${info('fieldInfo', attributes)}</xs:attribute>`;
const lines = (order: string) =>
  `structure="delimited" child_order="${order}" child_delimiter_type="hex" child_delimiter="0xD 0xA"`;
const between = (delimiter: string) =>
  `structure="delimited" child_order="infix" child_delimiter_type="char" child_delimiter="${delimiter}"`;

const flat = (body: string) => compileOne('it.xsd', schema(body), 'format: flat\n');

function roundTrip(body: string, file: string): unknown {
  const compiled = flat(body);
  const document = compiled.read(bytes(file));
  expect(compiled.validate(document)).toEqual([]);
  expect(text(compiled.write(document))).toBe(file);
  return document;
}

test('attributes are fields, in the order of their sequence numbers among elements', () => {
  const header = record(
    'Header',
    'sequence_number="1" structure="positional" tag_name="H" tag_offset="0"',
    sequence(field('Day', 'pos_offset="0" pos_length="8" sequence_number="2"')) +
      attribute('Number', 'justification="left" pos_offset="0" pos_length="6" sequence_number="1"'),
  );
  const item = record(
    'Item',
    `sequence_number="2" tag_name="I|" ${between('|')}`,
    attribute('Sku', 'sequence_number="1"') + attribute('Quantity', 'sequence_number="2"', 'xs:int'),
    'maxOccurs="unbounded"',
  );
  const file = record('File', lines('postfix'), sequence(header, item));
  expect(roundTrip(file, 'HPO000120261128\r\nI|A|2\r\nI|B|3\r\n')).toEqual({
    Header: { Number: 'PO0001', Day: '20261128' },
    Item: [
      { Sku: 'A', Quantity: 2 },
      { Sku: 'B', Quantity: 3 },
    ],
  });
});

const tagged = (name: string) =>
  record(
    name,
    `tag_name="${name}" structure="delimited" child_order="prefix" child_delimiter_type="char" child_delimiter="*"`,
    sequence(field('V')),
  );
const segments = 'structure="delimited" child_order="postfix" child_delimiter_type="char" child_delimiter="~"';

test('a choice that repeats keeps the order of what was chosen', () => {
  const choice = `<xs:choice minOccurs="1" maxOccurs="unbounded">${tagged('A')}${tagged('B')}</xs:choice>`;
  const file = record('File', segments, sequence(tagged('H'), choice, tagged('T')));
  expect(roundTrip(file, 'H*1~A*2~B*3~A*4~T*5~')).toEqual({
    H: { V: '1' },
    choice: [{ A: { V: '2' } }, { B: { V: '3' } }, { A: { V: '4' } }],
    T: { V: '5' },
  });
});

test.each([
  ['H*1~B*3~', { H: { V: '1' }, B: { V: '3' } }],
  ['H*1~A*3~', { H: { V: '1' }, A: { V: '3' } }],
])('a choice that is made once: %s', (file, document) => {
  const choice = `<xs:choice>${tagged('A')}${tagged('B')}</xs:choice>`;
  expect(roundTrip(record('File', segments, sequence(tagged('H'), choice)), file)).toEqual(document);
});

test('a sequence that repeats is a list of what stands together', () => {
  const pairs = `<xs:sequence maxOccurs="unbounded">${tagged('A')}${tagged('B')}</xs:sequence>`;
  expect(roundTrip(record('File', segments, sequence(pairs)), 'A*1~B*2~A*3~B*4~')).toEqual({
    sequence: [
      { A: { V: '1' }, B: { V: '2' } },
      { A: { V: '3' }, B: { V: '4' } },
    ],
  });
  const one = `<xs:sequence maxOccurs="unbounded">${tagged('A')}</xs:sequence>`;
  expect(roundTrip(record('File', segments, sequence(one)), 'A*1~A*2~')).toEqual({ A: [{ V: '1' }, { V: '2' }] });
});

test('records within records by delimiters of their own; one that is empty stays', () => {
  const phones = record(
    'Phones',
    between('/'),
    sequence(field('Phone', '', 'type="xs:string" minOccurs="0" maxOccurs="9"')),
  );
  const address = record('Address', between(';'), sequence(field('Street'), field('Town')));
  const person = record('Person', between(','), sequence(field('Name'), address, phones), 'maxOccurs="unbounded"');
  expect(
    roundTrip(
      record('File', lines('postfix'), sequence(person)),
      'Ann,1 High St;Northmoor,0191/0192\r\nBob,2 Low St;Southmoor,\r\n',
    ),
  ).toEqual({
    Person: [
      { Name: 'Ann', Address: { Street: '1 High St', Town: 'Northmoor' }, Phones: { Phone: ['0191', '0192'] } },
      { Name: 'Bob', Address: { Street: '2 Low St', Town: 'Southmoor' }, Phones: {} },
    ],
  });
});

test('fields among records are records of one field, and may be empty', () => {
  const row = record('Row', between(','), sequence(field('A'), field('B')), 'maxOccurs="unbounded"');
  const file = record('File', lines('infix'), sequence(field('Title'), field('Note'), row));
  expect(roundTrip(file, 'My title\r\n\r\n1,2\r\n3,4')).toEqual({
    Title: { Title: 'My title' },
    Note: {},
    Row: [
      { A: '1', B: '2' },
      { A: '3', B: '4' },
    ],
  });
});

test('a positional file without ends, its records of one length', () => {
  const place = 'pos_offset="0" pos_length="4" justification="left"';
  const header = record('Header', 'structure="positional" tag_name="HD"', sequence(field('x', place)));
  const detail = (length: number) =>
    record(
      'Detail',
      'structure="positional" tag_name="DT"',
      sequence(field('y', place.replace('4', String(length)))),
      'maxOccurs="unbounded"',
    );
  const file = (length: number) => record('File', 'structure="positional"', sequence(header, detail(length)));
  expect(roundTrip(file(4), 'HDabcdDT0001DT0002')).toEqual({
    Header: { x: 'abcd' },
    Detail: [{ y: '0001' }, { y: '0002' }],
  });
  const { findings } = compileFiles({
    'schemas/it.xsd': schema(file(5)),
    'schemas/it.message.yaml': 'message: it\nschema: it.xsd\nformat: flat\n',
  });
  expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('of one length (6, 7)')]);
});

test('what a type inherits, and what groups hold, comes in its place', () => {
  const types = `
    <xs:complexType name="Base">${sequence(field('Id'))}</xs:complexType>
    <xs:group name="Rest">${sequence(field('Y')).replace(/<xs:annotation>.*?groupInfo.*?<\/xs:annotation>/, '')}</xs:group>`;
  const row = `<xs:element name="Row" maxOccurs="unbounded">${info('recordInfo', between(','))}<xs:complexType><xs:complexContent>
    <xs:extension base="Base"><xs:sequence>${field('X')}<xs:group ref="Rest"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>`;
  expect(roundTrip(record('File', lines('infix'), sequence(row)) + types, '1,2,3\r\n4,5,6')).toEqual({
    Row: [
      { Id: '1', X: '2', Y: '3' },
      { Id: '4', X: '5', Y: '6' },
    ],
  });
});

/** Flat-file schemas of BizTalk: the annotations of an XSD say the same as a *.flat.yaml. */
import { bytes, compileFiles, compileOne, text, thrown } from '../compiled.ts';

const schema = (content: string, info = '') => `<?xml version="1.0" encoding="utf-16"?>
<xs:schema xmlns="urn:flat" xmlns:b="http://schemas.microsoft.com/BizTalk/2003" targetNamespace="urn:flat" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:annotation><xs:appinfo>
    <b:schemaInfo standard="Flat File" codepage="1252" default_pad_char=" " pad_char_type="char" count_positions_by_byte="false" ${info}/>
  </xs:appinfo></xs:annotation>${content}</xs:schema>`;
const record = (name: string, info: string, content: string, occurs = '') => `
<xs:element name="${name}" ${occurs}><xs:annotation><xs:appinfo><b:recordInfo ${info}/></xs:appinfo></xs:annotation>
  <xs:complexType><xs:sequence>${content}</xs:sequence></xs:complexType></xs:element>`;
const field = (name: string, info: string, type = 'xs:string', occurs = '') => `
<xs:element name="${name}" type="${type}" ${occurs}><xs:annotation><xs:appinfo><b:fieldInfo ${info}/></xs:appinfo></xs:annotation></xs:element>`;

const flat = (content: string, options = '', info = '') =>
  compileOne('it.xsd', schema(content, info), `format: flat\n${options}`);

test('a delimited file of tagged and positional records', () => {
  const orders = flat(
    record(
      'Orders',
      'structure="delimited" child_delimiter_type="hex" child_delimiter="0x0D 0x0A" child_order="postfix"',
      record(
        'Header',
        'structure="positional" tag_name="HDR" tag_offset="0"',
        field('Sent', 'pos_offset="1" pos_length="8" justification="left" datetime_format="yyyyMMdd"', 'xs:date') +
          field(
            'Batch',
            'pos_offset="0" pos_length="5" justification="right" pad_char="0" pad_char_type="char"',
            'xs:int',
          ),
      ) +
        record(
          'Line',
          'structure="delimited" tag_name="LIN" child_delimiter_type="char" child_delimiter="," child_order="prefix" escape_char="\\" escape_char_type="char"',
          field('Sku', 'wrap_char="&quot;" wrap_char_type="char"') +
            field('Price', '', 'xs:decimal') +
            field('Note', '', 'xs:string', 'minOccurs="0"'),
          'maxOccurs="unbounded"',
        ) +
        record(
          'Trailer',
          'structure="positional" tag_name="TRL"',
          field('Count', 'pos_offset="0" pos_length="3" justification="right" pad_char="0"', 'xs:int'),
        ),
    ),
  );
  const file = 'HDR 2026112700042\r\nLIN,"A,1",1.50,b\r\nLIN,B2,20.00,\r\nTRL002\r\n';
  const document = orders.read(bytes(file));
  expect(document).toEqual({
    Header: { Sent: '2026-11-27', Batch: 42 },
    Line: [
      { Sku: 'A,1', Price: '1.50', Note: 'b' },
      { Sku: 'B2', Price: '20.00' },
    ],
    Trailer: { Count: 2 },
  });
  expect(orders.validate(document)).toEqual([]);
  expect(text(orders.write(document))).toBe(file);
  expect(thrown(() => orders.read(bytes(file.replace('1.50', '1;50')))).message).toContain(
    'Record 2 of the Orders, at byte 19: Price is not a number',
  );
  expect(orders.document).toMatchObject({ kind: 'object' });
});

test('records between delimiters, groups of records, a record as a message type', () => {
  const content = record(
    'File',
    'structure="delimited" child_delimiter_type="hex" child_delimiter="0x0A" child_order="infix"',
    record(
      'Batch',
      'structure="delimited" child_delimiter_type="hex" child_delimiter="0x0A" child_order="infix"',
      record('Open', 'structure="delimited" tag_name="O" child_delimiter_type="default"', field('Id', '')) +
        record(
          'Item',
          'structure="delimited" tag_name="I" child_delimiter_type="default"',
          field('A', '') + field('B', '', 'xs:string', 'maxOccurs="3"'),
          'minOccurs="0" maxOccurs="unbounded"',
        ),
      'maxOccurs="unbounded"',
    ),
  );
  const info = 'default_child_delimiter="|" default_child_delimiter_type="char" root_reference="File"';
  const file = flat(content, '', info);
  const written = 'Ofirst\nI1|x|y\nI2|z\nOsecond';
  const document = file.read(bytes(written));
  expect(document).toEqual({
    Batch: [
      {
        Open: { Id: 'first' },
        Item: [
          { A: '1', B: ['x', 'y'] },
          { A: '2', B: ['z'] },
        ],
      },
      { Open: { Id: 'second' } },
    ],
  });
  expect(text(file.write(document))).toBe(written);
  expect(flat(content, 'record: Item\n', info).read(bytes('I7|q'))).toEqual({ A: '7', B: ['q'] });
});

test.each([
  ['true', 'false', 'r,,,v,,'],
  ['false', 'false', 'r,v'],
  ['true', 'true', 'r,,,v'],
])('empty data: preserve %s, suppress %s', (preserve, suppress, expected) => {
  const row = `structure="delimited" child_delimiter_type="char" child_delimiter="," child_order="infix" preserve_delimiter_for_empty_data="${preserve}" suppress_trailing_delimiters="${suppress}"`;
  const one = flat(record('Row', row, ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => field(name, '')).join('')));
  expect(text(one.write({ Row: { a: 'r', d: 'v' } }))).toBe(expected);
});

test('what cannot be read is told with its place', () => {
  const findings = (content: string, info = '') =>
    compileFiles({
      'schemas/it.xsd': schema(content, info),
      'schemas/it.message.yaml': 'message: it\nschema: it.xsd\nformat: flat\n',
    }).findings.map(({ at, message }) => `${at.line} ${message}`);
  expect(findings(record('R', 'structure="delimited"', field('a', '')))[0]).toContain(
    'R is delimited, and has no child_delimiter',
  );
  expect(findings(record('R', 'structure="positional"', field('a', '')))[0]).toContain('a has no pos_length');
  expect(findings(`${record('R', '', '')}${record('S', '', '')}`)[0]).toContain('which of its 2 elements is the file');
});

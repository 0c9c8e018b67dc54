/** Input that means harm, or is only broken: always a BusError or a document, never a crash, a hang or a look outside. */

import { rootOf } from '../../../../runtime/schemas/xml/root-of.ts';
import { fc } from '../../../properties.ts';
import { bytes, compileFiles, compileOne, thrown, xsd } from '../compiled.ts';

const note = compileOne(
  'note.xsd',
  xsd(`<xs:element name="Note"><xs:complexType><xs:sequence><xs:element name="to" type="xs:string" maxOccurs="unbounded"/>
    <xs:element name="n" type="xs:int" minOccurs="0"/><xs:any namespace="##other" minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence><xs:attribute name="id"/></xs:complexType></xs:element>`),
);
const plain = compileFiles({ 'schemas/p.message.yaml': 'message: p\nformat: xml\n' }).schemas.find('p')!;
const GOOD = '<Note xmlns="urn:t" id="1"><to>a</to><to>b &amp; c</to><n>3</n><o:x xmlns:o="urn:o">y</o:x></Note>';

const laughs = `<!DOCTYPE Note [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(100)}"><!ENTITY c "${'&b;'.repeat(100)}">]><Note xmlns="urn:t"><to>&c;</to></Note>`;
const outside = '<!DOCTYPE Note [<!ENTITY x SYSTEM "file:///etc/hostname">]><Note xmlns="urn:t"><to>&x;</to></Note>';

describe.each([
  ['with a schema', note],
  ['without a schema', plain],
])('%s', (_, schema) => {
  test.each([
    ['a billion laughs', laughs, 'XML_DOCTYPE'],
    ['an external entity', outside, 'XML_DOCTYPE'],
    [
      'an external document type',
      '<!DOCTYPE Note SYSTEM "http://127.0.0.1:9/x.dtd"><Note xmlns="urn:t"/>',
      'XML_DOCTYPE',
    ],
    ['an unknown entity', '<Note xmlns="urn:t"><to>&nbsp;</to></Note>', 'XML_SYNTAX'],
    ['10,000 levels', `<Note xmlns="urn:t">${'<o:x xmlns:o="urn:o">'.repeat(10_000)}`, 'NESTED_TOO_DEEP'],
    ['a truncated document', GOOD.slice(0, -10), 'XML_SYNTAX'],
    ['two roots', `${GOOD}${GOOD}`, 'XML_SYNTAX'],
    ['an unbound prefix', '<p:Note/>', 'XML_SYNTAX'],
    ['a control character', '<Note xmlns="urn:t"><to>\u0001</to></Note>', 'XML_SYNTAX'],
    ['a doubled attribute', '<Note xmlns="urn:t" id="1" id="2"/>', 'XML_SYNTAX'],
  ])('%s is refused', (_name, xml, code) => {
    expect(thrown(() => schema.read(bytes(xml)))).toMatchObject({ code, kind: 'message' });
  });

  test('invalid UTF-8 is refused', () => {
    const broken = Buffer.concat([bytes('<Note xmlns="urn:t"><to>'), Uint8Array.of(0xc3, 0x28), bytes('</to></Note>')]);
    expect(thrown(() => schema.read(broken)).code).toBe('TEXT_NOT_DECODABLE');
    expect(thrown(() => schema.read(bytes('<?xml version="1.0" encoding="x-nonesuch"?><a/>'))).code).toBe(
      'TEXT_NOT_DECODABLE',
    );
  });

  test('any bytes and any mutation give a document or a BusError', () => {
    const mutated = fc
      .tuple(
        fc.nat(GOOD.length),
        fc.nat(8),
        fc.string({ unit: fc.constantFrom(...'<>/&;="\'! xmlns:Noteid[]CDATA-?\u0000\uFEFF') }),
      )
      .map(([at, cut, put]) => bytes(GOOD.slice(0, at) + put + GOOD.slice(at + cut)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (input) => {
        for (const call of [() => schema.read(input), () => rootOf(input), () => schema.validate({}, input)]) {
          try {
            call();
          } catch (error) {
            expect(error).toMatchObject({ name: 'BusError', kind: 'message' });
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

test('validation neither expands entities nor reads files', () => {
  expect(JSON.stringify(note.validate({}, bytes(outside)))).not.toContain(process.env['HOSTNAME'] ?? 'no such text');
  expect(note.validate({}, bytes(laughs)).length).toBeGreaterThan(0);
  expect(note.validate({}, bytes(outside)).length).toBeGreaterThan(0);
});

test('whatever can be read and is valid is written back the same', () => {
  const text = fc.string({ unit: 'binary' }).map((value) => value.replace(/[^\t\n\x20-\ud7ff]/g, ''));
  const documents = fc.record({ id: text, to: fc.array(text, { minLength: 1 }), n: fc.integer({ max: 1000, min: 0 }) });
  fc.assert(
    fc.property(documents, (document) => expect(note.read(note.write(document))).toEqual(document)),
    { numRuns: 200 },
  );
});

test.each([
  ['utf-16 with a mark', Buffer.from('\uFEFF<Note xmlns="urn:t"><to>é</to></Note>', 'utf16le')],
  [
    'utf-16 by its declaration',
    Buffer.from('<?xml version="1.0" encoding="UTF-16"?><Note xmlns="urn:t"><to>é</to></Note>', 'utf16le'),
  ],
  [
    'latin-1',
    Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><Note xmlns="urn:t"><to>é</to></Note>', 'latin1'),
  ],
  [
    'windows-1252',
    Buffer.from('<?xml version="1.0" encoding="windows-1252"?><Note xmlns="urn:t"><to>\xe9</to></Note>', 'latin1'),
  ],
  ['utf-8 with a mark', Buffer.from('\uFEFF<Note xmlns="urn:t"><to>é</to></Note>')],
])('%s is read and validated', (_, input) => {
  expect(note.read(input)).toEqual({ to: ['é'] });
  expect(note.validate({ to: ['é'] }, input)).toEqual([]);
  expect(rootOf(input)).toBe('urn:t#Note');
});

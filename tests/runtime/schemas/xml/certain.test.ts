/**
 * Documents that the reader finds valid by itself: the validator must say so of each of them, whatever the schema and whatever was done to
 * the document. How many they are shows that the reader looks at all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isBusError } from '../../../../runtime/errors/as-bus-error.ts';
import { XSD } from '../../../../runtime/schemas/xml/namespaces.ts';
import { createXmlReader, type XmlReading } from '../../../../runtime/schemas/xml/read-xml.ts';
import { compileXsd } from '../../../../runtime/schemas/xml/xsd/compile-xsd.ts';
import { bytes, compileOne, xsd } from '../compiled.ts';

/** A schema without a namespace. */
const bare = (content: string) => `<xs:schema xmlns:xs="${XSD}">${content}</xs:schema>`;

interface Subject {
  readonly name: string;
  read(text: string): XmlReading;
  /** What the validator finds wrong. */
  wrong(text: string): number;
}

function subjectOf(name: string, texts: Readonly<Record<string, string>>, root?: string): Subject {
  const files = { read: (path: string) => texts[path], known: Object.keys(texts) };
  const { model } = compileXsd(Object.keys(texts)[0]!, files);
  const roots = model!.ownRoots.filter(
    (each) => root === undefined || each.endsWith(root.replace(/.*[#}]/, '}')) || each === root,
  );
  const { element } = model!.root(roots[0] ?? model!.roots[0]!);
  const read = createXmlReader(name, element, model!.judged);
  return { name, read, wrong: (text) => model!.validate(Buffer.from(text)).length };
}

/** Undefined where it cannot be read at all. */
function certainly({ read }: Subject, text: string): boolean | undefined {
  try {
    return read(text).certain;
  } catch (thrown) {
    if (!isBusError(thrown)) throw thrown;
    return undefined;
  }
}

const types = `
  <xs:element name="all">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="code" type="Code"/>
        <xs:element name="free" type="xs:string" minOccurs="0" maxOccurs="3"/>
        <xs:choice minOccurs="0" maxOccurs="unbounded">
          <xs:element name="day" type="xs:date"/>
          <xs:element name="at" type="xs:dateTime"/>
          <xs:element name="clock" type="xs:time"/>
          <xs:sequence><xs:element name="yes" type="xs:boolean"/><xs:element name="no" type="xs:boolean" minOccurs="2" maxOccurs="2"/></xs:sequence>
        </xs:choice>
        <xs:sequence minOccurs="0">
          <xs:element name="small" type="xs:byte"/>
          <xs:element name="big" type="xs:unsignedInt" minOccurs="0"/>
          <xs:element name="money" type="Money"/>
        </xs:sequence>
        <xs:element name="any" type="Any" minOccurs="0"/>
        <xs:element name="sized" type="Sized" minOccurs="0" maxOccurs="unbounded"/>
        <xs:element name="bytes" type="xs:base64Binary" minOccurs="0"/>
        <xs:element name="hex" type="xs:hexBinary" minOccurs="0"/>
        <xs:element name="link" type="xs:anyURI" minOccurs="0"/>
        <xs:element name="word" type="xs:NMTOKEN" minOccurs="0"/>
        <xs:element name="kind" type="Kind" minOccurs="0"/>
        <xs:element name="none" minOccurs="0"><xs:complexType/></xs:element>
      </xs:sequence>
      <xs:attribute name="id" type="xs:int" use="required"/>
      <xs:attribute name="version" type="xs:string" fixed="1"/>
      <xs:attribute name="either" type="Either"/>
    </xs:complexType>
  </xs:element>
  <xs:complexType name="Any">
    <xs:all>
      <xs:element name="a" type="xs:integer"/><xs:element name="b" type="xs:decimal" minOccurs="0"/><xs:element name="c" type="xs:double"/>
    </xs:all>
  </xs:complexType>
  <xs:complexType name="Sized">
    <xs:simpleContent><xs:extension base="Short"><xs:attribute name="lang" type="xs:language"/></xs:extension></xs:simpleContent>
  </xs:complexType>
  <xs:simpleType name="Short"><xs:restriction base="xs:token"><xs:minLength value="2"/><xs:maxLength value="4"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Code"><xs:restriction base="xs:string">
    <xs:pattern value="[A-Z]{2}[0-9]{1,3}"/><xs:pattern value="x\\d+(-[a-f-]+)?"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="Money"><xs:restriction base="xs:decimal">
    <xs:minInclusive value="-10.5"/><xs:maxExclusive value="1000"/><xs:fractionDigits value="2"/><xs:totalDigits value="5"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="Kind"><xs:restriction base="xs:token"><xs:enumeration value="one"/><xs:enumeration value="two words"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Either"><xs:union memberTypes="xs:int Kind"/></xs:simpleType>`;
const all = subjectOf('all', { 'all.xsd': bare(types) });

const pick = (...values: string[]) => fc.constantFrom(...values);
const numbers = pick(
  '0',
  '1',
  '-1',
  '+1',
  '007',
  '127',
  '128',
  '-129',
  '4294967295',
  '4294967296',
  '12.5',
  '.5',
  '5.',
  '-10.5',
  '-10.51',
  '1000',
  '999.99',
  '999.999',
  '12345678901234567890',
  '1e3',
  'INF',
  '',
);
const dates = pick(
  '2026-02-28',
  '2026-02-29',
  '2024-02-29',
  '1900-02-29',
  '2000-02-29',
  '0000-01-01',
  '2026-13-01',
  '2026-01-01Z',
  '2026-01-01+14:00',
  '2026-01-01-05:30',
  '-2026-01-01',
);
const times = pick('00:00:00', '23:59:59.999', '24:00:00', '12:60:00', '12:00:00Z', '12:00:00+01:00', '9:00:00');
const words = pick(
  '',
  ' ',
  'a',
  'ab',
  'abcd',
  'abcde',
  ' ab ',
  'a  b',
  '😀',
  '😀😀😀',
  'one',
  'two words',
  ' two  words ',
  'AB12',
  'XY1234',
  'x12',
  'x1-a-f',
  'x1-',
  'x٣',
  'en',
  'en-GB',
  'true',
  '1',
  'TRUE',
  'AQ==',
  'AB==',
  'A',
  '0aF',
  '0aFF',
  'http://a.b/c',
  'urn:a:b',
  'not a uri',
  '\n',
);
const element = (name: string, value: fc.Arbitrary<string>, attributes: fc.Arbitrary<string> = fc.constant('')) =>
  fc.tuple(value, attributes).map(([text, written]) => `<${name}${written}>${text}</${name}>`);
const maybe = (piece: fc.Arbitrary<string>, most = 1) =>
  fc.array(piece, { maxLength: most }).map((pieces) => pieces.join(''));
const whole = fc
  .tuple(
    fc.tuple(numbers, pick('', '', ' version="1"', ' version="2"'), maybe(words.map((text) => ` either="${text}"`))),
    element('code', words),
    maybe(element('free', words), 4),
    maybe(
      fc.oneof(
        element('day', dates),
        element(
          'at',
          fc.tuple(dates, times).map((both) => both.join('T')),
        ),
        element('clock', times),
        fc.constant('<yes>1</yes><no>0</no><no>true</no>'),
        element('yes', words),
      ),
      3,
    ),
    maybe(
      fc
        .tuple(element('small', numbers), maybe(element('big', numbers)), element('money', numbers))
        .map((pieces) => pieces.join('')),
    ),
    maybe(
      fc
        .shuffledSubarray(['<a>1</a>', '<b>2.5</b>', '<c>3</c>', '<c>x</c>'], { minLength: 1 })
        .map((pieces) => `<any>${pieces.join('')}</any>`),
    ),
    maybe(element('sized', words, maybe(words.map((text) => ` lang="${text}"`))), 2),
    fc.tuple(...['bytes', 'hex', 'link', 'word', 'kind'].map((name) => maybe(element(name, words)))),
    pick('', '', '<none/>', '<none> </none>', '<extra/>'),
  )
  .map(([[id, version, either], ...pieces]) => `<all id="${id}"${version}${either}>\n${pieces.flat().join(' ')}</all>`);
/** Mostly right, so that single faults are seen. */
const plain = fc
  .tuple(
    pick('AB12', 'x12', 'x1-a', 'AB1234', 'x'),
    pick('1', '2147483648'),
    pick('12.5', '1000', '12.555'),
    pick('2026-02-28', '2026-02-29'),
    pick('', '<none/>'),
  )
  .map(
    ([code, id, money, day, none]) =>
      `<all id="${id}"><code>${code}</code><free>x</free><day>${day}</day><small>1</small><money>${money}</money>${none}</all>`,
  );

const WALKED = [
  [
    'a sequence with counts',
    '<xs:sequence><xs:element name="a" minOccurs="2" maxOccurs="3" type="xs:string"/><xs:element name="b" minOccurs="0" type="xs:string"/></xs:sequence>',
  ],
  [
    'a choice that repeats',
    '<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="a" type="xs:string"/><xs:element name="b" maxOccurs="2" minOccurs="2" type="xs:string"/></xs:choice>',
  ],
  [
    'a sequence that repeats',
    '<xs:sequence maxOccurs="unbounded"><xs:element name="a" type="xs:string"/><xs:choice minOccurs="0"><xs:element name="b" type="xs:string"/><xs:element name="c" type="xs:string"/></xs:choice></xs:sequence>',
  ],
  [
    'groups that may be left out',
    '<xs:sequence><xs:sequence minOccurs="0"><xs:element name="a" type="xs:string"/><xs:element name="b" minOccurs="0" type="xs:string"/></xs:sequence><xs:choice><xs:element name="c" type="xs:string"/><xs:sequence minOccurs="0"><xs:element name="d" type="xs:string"/></xs:sequence></xs:choice></xs:sequence>',
  ],
  [
    'groups with counts',
    '<xs:sequence minOccurs="2" maxOccurs="3"><xs:element name="a" type="xs:string"/><xs:element name="b" minOccurs="0" type="xs:string"/></xs:sequence>',
  ],
  [
    'all',
    '<xs:all><xs:element name="a" type="xs:string"/><xs:element name="b" minOccurs="0" type="xs:string"/></xs:all>',
  ],
] as const;

function held(subject: Subject, documents: fc.Arbitrary<string>, runs: number): { certain: number; valid: number } {
  const told = { certain: 0, valid: 0 };
  fc.assert(
    fc.property(documents, (text) => {
      const found = certainly(subject, text);
      const wrong = found === undefined ? undefined : subject.wrong(text);
      if (wrong === 0) told.valid += 1;
      if (!found) return;
      told.certain += 1;
      expect({ text, wrong }).toEqual({ text, wrong: 0 });
    }),
    { numRuns: runs, seed: 20_261_128 },
  );
  return told;
}

test('of all kinds of values', () => {
  held(all, whole, 3000);
  const { certain, valid } = held(all, plain, 300);
  expect(valid).toBeGreaterThan(10);
  expect(certain).toBe(valid);
});

test.each(WALKED)('of children in %s', (name, model) => {
  const subject = subjectOf(name, {
    'it.xsd': bare(`<xs:element name="r"><xs:complexType>${model}</xs:complexType></xs:element>`),
  });
  const children = fc.array(pick('<a/>', '<b/>', '<c/>', '<d/>', ' '), { maxLength: 7 });
  const { certain, valid } = held(
    subject,
    children.map((pieces) => `<r>${pieces.join('')}</r>`),
    800,
  );
  expect(valid).toBeGreaterThan(5);
  if (name === 'groups with counts') expect(certain).toBe(0);
  else expect(certain).toBe(valid);
});

const PATTERNS = [
  '[A-Z]{1,2}[0-9R][0-9A-Z]? ?[0-9][A-Z-[CIKMOV]]{2}',
  '[A-Z]{1,2}[0-9R][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}',
  '\\d{3}-\\d{4}',
  '(a|b)+',
  'a*b+c?',
  '[^a-c]+',
  '[a-c-]+',
  '[-a]',
  '\\w+',
  '.{2,3}',
  'a|b|',
  '(ab){2}',
  '[a\\-c]',
  '\\.\\$',
  '^a$',
  'a{2,1}',
  '[a-c-e]',
  '\\s?x',
  '[.]',
  '(a+)+',
  'a**',
  '\\p{Lu}',
  '[\\d.]+',
];
const PIECES = [
  'a',
  'b',
  'c',
  'd',
  'e',
  'A',
  'B',
  'C',
  'W',
  '1',
  '2',
  '3',
  '4',
  '5',
  '-',
  ' ',
  '.',
  '$',
  '^',
  '\u00e9',
  '\u0663',
  'x',
  '\t',
];

test.each(PATTERNS)('of text by the pattern %s', (pattern) => {
  const schema = bare(
    `<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="v" maxOccurs="unbounded"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="${pattern}"/></xs:restriction></xs:simpleType></xs:element></xs:sequence></xs:complexType></xs:element>`,
  );
  const files = { read: (path: string) => (path === 'it.xsd' ? schema : undefined), known: ['it.xsd'] };
  if (!compileXsd('it.xsd', files).model) return; // The validator refuses the pattern itself.
  const subject = subjectOf(pattern, { 'it.xsd': schema });
  const text = fc.oneof(
    pick('SW1A 1AA', 'M1 1AE', '123-4567', 'abab', 'aabbc'),
    fc.array(pick(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join('')),
  );
  held(
    subject,
    text.map((value) => `<r><v>${value}</v></r>`),
    1500,
  );
});

interface Case {
  readonly name: string;
  readonly schema: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly root?: string;
  readonly valid: readonly string[];
  readonly invalid: readonly string[];
}

const folder = new URL('../../../conformance/xsd/', import.meta.url);
const cases = readdirSync(folder).flatMap((file) => parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]);
const asSchema = (schema: string) => (/<\w+:schema |<schema /.test(schema) ? schema : xsd(schema));

test('of documents of the conformance cases, and of what is left of them when something is taken away or doubled', () => {
  let certain = 0;
  for (const { name, schema, more = {}, root, valid, invalid } of cases) {
    const others = Object.fromEntries(Object.entries(more).map(([path, text]) => [path, asSchema(text)]));
    const subject = subjectOf(name, { 'it.xsd': asSchema(schema), ...others }, root);
    for (const text of [...valid, ...invalid].flatMap(variants)) {
      if (certainly(subject, text) !== true) continue;
      certain += 1;
      expect({ name, text, wrong: subject.wrong(text) }).toEqual({ name, text, wrong: 0 });
    }
  }
  expect(certain).toBeGreaterThan(100);
});

/** The document, and what comes of it by leaving out, doubling or emptying each of its elements and attributes. */
function variants(text: string): string[] {
  const pieces = [...text.matchAll(/<(\w[\w:.-]*)(?: [^>]*)?(?:\/>|>[^<]*<\/\1>)| [\w:.-]+="[^"]*"|>[^<]+</g)];
  return [
    text,
    ...pieces.flatMap(({ 0: piece, index }) => {
      const [before, after] = [text.slice(0, index), text.slice(index + piece.length)];
      if (piece.startsWith('>'))
        return [`${before}><${after}`, `${before}>0<${after}`, `${before}> ${piece.slice(1)}${after}`];
      return [before + after, before + piece + piece + after];
    }),
  ];
}

test('nothing is certain where the schema has keys, or an element is nil or of another type', () => {
  const keyed =
    bare(`<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:string" nillable="true" maxOccurs="9"/></xs:sequence></xs:complexType>
    <xs:unique name="u"><xs:selector xpath="a"/><xs:field xpath="."/></xs:unique></xs:element>`);
  const free = keyed.replace(/<xs:unique.*<\/xs:unique>/s, '');
  expect(subjectOf('keyed', { 'it.xsd': keyed }).read('<r><a>1</a></r>').certain).toBe(false);
  expect(subjectOf('free', { 'it.xsd': free }).read('<r><a>1</a></r>').certain).toBe(true);
  const nil = `<r xmlns:xsi="${XSD}-instance"><a xsi:nil="true"/></r>`;
  expect(subjectOf('nil', { 'it.xsd': free }).read(nil).certain).toBe(false);
});

test('a document is certainly valid only with the bytes that it came from', () => {
  const schema = compileOne(
    'it.xsd',
    bare(
      '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element>',
    ),
  );
  const [right, wrong] = [bytes('<r><a>1</a></r>'), bytes('<r><a>x</a></r>')];
  const document = schema.read(right);
  expect(schema.validate(document, right)).toEqual([]);
  expect(schema.validate(document, wrong)).toHaveLength(1);
  expect(schema.validate(schema.read(wrong), wrong)).toHaveLength(1);
  expect(schema.validate({ a: 'x' }, undefined)).toHaveLength(1);
});

import type { CompiledSchema } from '../../../../runtime/contracts/schema.ts';
import { bytes, compileFiles, compileOne, text, thrown, xsd } from '../compiled.ts';
import { canonical } from './canonical.ts';

const NS = 'xmlns="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** Reads, writes back, compares, and gives the document. */
function roundTrip(schema: CompiledSchema, xml: string): unknown {
  const input = bytes(xml);
  const document = schema.read(input);
  expect(schema.validate(document, input)).toEqual([]);
  const written = schema.write(document);
  expect(canonical(written)).toBe(canonical(xml));
  expect(schema.validate(document)).toEqual([]);
  expect(schema.read(written)).toEqual(document);
  return document;
}

const order = compileOne(
  'order.xsd',
  xsd(`<xs:element name="Order"><xs:complexType><xs:sequence>
    <xs:element name="Id" type="xs:int"/><xs:element name="Big" type="xs:integer" minOccurs="0"/>
    <xs:element name="Price" type="xs:decimal"/><xs:element name="Rate" type="xs:double" minOccurs="0"/>
    <xs:element name="Paid" type="xs:boolean" minOccurs="0"/><xs:element name="On" type="xs:date" minOccurs="0" nillable="true"/>
    <xs:element name="Note" type="xs:string" minOccurs="0"/><xs:element name="Tag" type="xs:token" minOccurs="0"/>
    <xs:element name="Codes" minOccurs="0"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>
    <xs:element name="Line" type="t:Line" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="Weight" minOccurs="0"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal">
      <xs:attribute name="unit" type="xs:string"/><xs:attribute name="text" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
    </xs:sequence><xs:attribute name="Id" type="xs:string"/><xs:attribute name="version" type="xs:string" use="required" fixed="1.0"/>
    </xs:complexType></xs:element>
    <xs:complexType name="Line"><xs:sequence><xs:element name="Sku" type="xs:string"/></xs:sequence></xs:complexType>`),
  'promote: { o.id: Id, o.unit: Weight.unit, o.attribute: IdAttribute }\n',
);

describe('values', () => {
  test('are plain values by their types', () => {
    const xml = `<Order ${NS} Id="a" version="1.0"><Id>7</Id><Big>12345678901234567890</Big><Price>01.50</Price><Rate>2.5</Rate><Paid>true</Paid><On xsi:nil="true"/><Note> two  spaces </Note><Tag>x y</Tag><Codes>1 2</Codes><Line><Sku>s</Sku></Line><Weight unit="kg" text="t">2.0</Weight></Order>`;
    const document = roundTrip(order, xml);
    expect(document).toEqual({
      IdAttribute: 'a',
      version: '1.0',
      Id: 7,
      Big: '12345678901234567890',
      Price: '01.50',
      Rate: 2.5,
      Paid: true,
      On: null,
      Note: ' two  spaces ',
      Tag: 'x y',
      Codes: [1, 2],
      Line: [{ Sku: 's' }],
      Weight: { unit: 'kg', textAttribute: 't', text: '2.0' },
    });
    expect([...order.promote(document)].map(([name, { value }]) => [name, value])).toEqual([
      ['o.id', 7],
      ['o.unit', 'kg'],
      ['o.attribute', 'a'],
    ]);
  });

  test('white space is as the type says; CDATA, references and comments are text', () => {
    const xml = `<Order ${NS} version="1.0"><!-- c --><Id>\n 7 </Id><Price> 1 </Price><Note>a<![CDATA[<&]]>&#x41;&amp;<!-- c -->\nb</Note><Tag>  x\n y </Tag></Order>`;
    expect(order.read(bytes(xml))).toEqual({ version: '1.0', Id: 7, Price: '1', Note: 'a<&A&\nb', Tag: 'x y' });
  });

  test('a value that does not fit stays text, and validation tells its line', () => {
    const xml = `<Order ${NS} version="1.0">\n<Id>seven</Id>\n<Price>1</Price><Paid>maybe</Paid></Order>`;
    const document = order.read(bytes(xml));
    expect(document).toMatchObject({ Id: 'seven', Paid: 'maybe' });
    expect(order.validate(document, bytes(xml))).toEqual([
      { path: '/Id', message: expect.stringContaining('seven'), line: 2 },
      { path: '/Paid', message: expect.stringContaining('maybe'), line: 3 },
    ]);
  });

  test('leading zeros of an integer are kept', () => {
    expect(order.read(bytes(`<Order ${NS} version="1.0"><Id>007</Id><Price>1</Price></Order>`))).toMatchObject({
      Id: '007',
    });
  });
});

describe('writing', () => {
  test('is in schema order, with prefixes at the root and required fixed attributes', () => {
    const written = text(order.write({ Price: 1.5, Line: [{ Sku: '<&>"' }, { Sku: 'b' }], Id: 1 }));
    expect(written).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<t:Order xmlns:t="urn:t" version="1.0"><t:Id>1</t:Id><t:Price>1.5</t:Price><t:Line><t:Sku>&lt;&amp;&gt;"</t:Sku></t:Line><t:Line><t:Sku>b</t:Sku></t:Line></t:Order>',
    );
  });

  test.each<[unknown, string]>([
    [{ Id: 1, Prcie: '2' }, '/Prcie is not in the schema, did you mean Price?'],
    [{ Id: 'x', Price: '1' }, '/Id must be an integer, not "x"'],
    [{ Id: [1], Price: '1' }, '/Id must be an integer, not a list'],
    [{ Id: 1, Price: '1', Line: ['x'] }, '/Line/0 must be an object, not "x"'],
    [{ Id: 1, Price: '1', Line: [{ Sku: 's', Qty: 1 }] }, '/Line/0/Qty is not in the schema'],
    [{ Id: 1, Price: '1e5' }, '/Price must be a decimal'],
    [{ Id: 1, Price: '1', Note: 'a\u0000' }, '/Note holds a character'],
    [{ Id: 1, Price: '1', Note: '\ud800' }, '/Note holds a character'],
    ['x', '/ must be an object'],
    [undefined, '/ is missing'],
    [null, '/ is missing'],
  ])('%j is refused', (document, message) => {
    const error = thrown(() => order.write(document));
    expect(error).toMatchObject({ code: 'DOCUMENT_NOT_WRITABLE', kind: 'message' });
    expect(error.message).toContain(message);
  });

  test('what cannot be written is a violation of the document', () => {
    expect(order.validate({ Id: 1, Prcie: 1 })[0]?.message).toContain('Prcie');
  });

  test('null where there is no nil is absent', () => {
    expect(text(order.write({ Id: 1, Price: '1', Note: null }))).not.toContain('Note');
  });
});

describe('unexpected content says what would be expected', () => {
  test.each([
    [
      `<Order ${NS} version="1.0">\n  <Idd>1</Idd></Order>`,
      'XML_UNEXPECTED',
      'element Idd at 2:3 in Order; expected Id, Big',
    ],
    [`<Order ${NS}><Id xmlns="urn:other">1</Id></Order>`, 'XML_UNEXPECTED', 'element Id of namespace "urn:other"'],
    [`<Order ${NS} vers="1"/>`, 'XML_UNEXPECTED', 'attribute vers'],
    [`<Order ${NS}>text</Order>`, 'XML_UNEXPECTED', 'text'],
    [`<Order ${NS}><Id><b/></Id></Order>`, 'XML_UNEXPECTED', 'expected text only'],
    [`<Order ${NS}>\n<Id>1</Id>\n<Id>2</Id></Order>`, 'XML_REPEATED', 'Id at 3:'],
    ['<Order/>', 'XML_WRONG_ROOT', 'urn:t#Order'],
    [`<Order ${NS}><Id>1</Order>`, 'XML_SYNTAX', 'at 1:'],
    ['<a', 'XML_SYNTAX', ''],
    ['', 'XML_SYNTAX', ''],
  ])('%s', (xml, code, message) => {
    const error = thrown(() => order.read(bytes(xml)));
    expect(error).toMatchObject({ code, kind: 'message' });
    expect(error.message).toContain(message);
  });

  test('a reader that met an error reads the next message', () => {
    const good = bytes(`<Order ${NS} version="1.0"><Id>1</Id><Price>1</Price></Order>`);
    expect(thrown(() => order.read(bytes(`<Order ${NS}><`))).code).toBe('XML_SYNTAX');
    expect(order.read(good)).toEqual({ version: '1.0', Id: 1, Price: '1' });
  });
});

describe('namespaces', () => {
  const files = {
    'schemas/main.xsd': xsd(
      `<xs:import namespace="urn:a" schemaLocation="http://far.example/a.xsd"/><xs:include schemaLocation="Shared.xsd"/>
       <xs:element name="Root"><xs:complexType><xs:sequence><xs:element name="Plain" type="xs:string"/><xs:element ref="a:Thing"/><xs:element name="Other" form="qualified" type="t:Shared"/></xs:sequence></xs:complexType></xs:element>`,
      'xmlns:a="urn:a"',
    ),
    'schemas/a.xsd': `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a" xmlns:a="urn:a"><xs:import namespace="urn:t" schemaLocation="main.xsd"/><xs:element name="Thing" type="xs:string"/></xs:schema>`,
    'schemas/shared.xsd':
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:complexType name="Shared"><xs:sequence><xs:element name="x" type="Kind"/></xs:sequence></xs:complexType><xs:simpleType name="Kind"><xs:restriction base="xs:string"><xs:enumeration value="k"/></xs:restriction></xs:simpleType></xs:schema>',
    'schemas/root.message.yaml': 'message: root\nschema: main.xsd\n',
  };
  const { schemas, findings } = compileFiles(files);
  const root = schemas.find('root')!;

  test('imports, chameleon includes and circles load, from files beside the schema', () => {
    expect(findings).toEqual([]);
  });

  test.each([
    '<t:Root xmlns:t="urn:t" xmlns:a="urn:a"><Plain>p</Plain><a:Thing>q</a:Thing><t:Other><x>k</x></t:Other></t:Root>',
    '<b:Root xmlns:b="urn:t"><Plain>p</Plain><Thing xmlns="urn:a">q</Thing><t:Other xmlns:t="urn:t"><x>k</x></t:Other></b:Root>',
  ])('count by their URI: %s', (xml) => {
    expect(root.read(bytes(xml))).toEqual({ Plain: 'p', Thing: 'q', Other: { x: 'k' } });
    expect(canonical(root.write(root.read(bytes(xml))))).toContain('{urn:a}Thing');
    expect(root.validate(root.read(bytes(xml)))).toEqual([]);
  });

  test('a missing file is told with what is near', () => {
    const found = compileFiles({
      ...files,
      'schemas/main.xsd': files['schemas/main.xsd'].replace('Shared.xsd', 'Sharde.xsd'),
    }).findings;
    expect(found).toMatchObject([{ code: 'SCHEMA_FILE_UNKNOWN', suggestion: 'schemas/shared.xsd' }]);
  });
});

describe('content models', () => {
  const one = (content: string, extra = '') =>
    compileOne('m.xsd', xsd(`<xs:element name="R">${content}</xs:element>${extra}`), 'root: R\n');
  const type = (content: string, extra = '') => one(`<xs:complexType>${content}</xs:complexType>`, extra);
  const s = (name: string, more = '') => `<xs:element name="${name}" type="xs:string" ${more}/>`;

  test('choices and groups', () => {
    const schema = type(
      `<xs:sequence><xs:choice>${s('a')}<xs:sequence>${s('b')}${s('c')}</xs:sequence></xs:choice><xs:group ref="t:G" minOccurs="0"/></xs:sequence><xs:attributeGroup ref="t:A"/>`,
      `<xs:group name="G"><xs:sequence>${s('g')}</xs:sequence></xs:group><xs:attributeGroup name="A"><xs:attribute name="x" type="xs:int"/></xs:attributeGroup>`,
    );
    expect(roundTrip(schema, `<R ${NS} x="1"><b>1</b><c>2</c><g>3</g></R>`)).toEqual({ x: 1, b: '1', c: '2', g: '3' });
    expect(roundTrip(schema, `<R ${NS}><a>1</a></R>`)).toEqual({ a: '1' });
  });

  test('a sequence that repeats is written round by round', () => {
    const schema = type(`<xs:sequence maxOccurs="unbounded">${s('k')}${s('v')}</xs:sequence>`);
    expect(roundTrip(schema, `<R ${NS}><k>1</k><v>a</v><k>2</k><v>b</v></R>`)).toEqual({
      k: ['1', '2'],
      v: ['a', 'b'],
    });
    expect(thrown(() => schema.write({ k: ['1'], v: [], z: 1 })).code).toBe('DOCUMENT_NOT_WRITABLE');
  });

  test('a name with two places in a sequence takes both', () => {
    const schema = type(`<xs:sequence>${s('n')}${s('m')}${s('n')}</xs:sequence>`);
    expect(roundTrip(schema, `<R ${NS}><n>1</n><m>2</m><n>3</n></R>`)).toEqual({ n: ['1', '3'], m: '2' });
    expect(thrown(() => schema.write({ n: ['1', '2', '3'], m: '2' })).message).toContain('/n has more');
  });

  test('alternatives that repeat lose their order, which is said', () => {
    const { findings } = compileFiles({
      'schemas/m.xsd': xsd(
        `<xs:element name="R"><xs:complexType><xs:choice maxOccurs="unbounded">${s('a')}${s('b')}</xs:choice></xs:complexType></xs:element>`,
      ),
      'schemas/m.message.yaml': 'message: m\nschema: m.xsd\n',
    });
    expect(findings).toMatchObject([{ code: 'SCHEMA_ORDER_LOST', severity: 'warning', at: { file: 'schemas/m.xsd' } }]);
  });

  test('extension and restriction of complex types', () => {
    const schema = compileOne(
      'm.xsd',
      xsd(`<xs:element name="R" type="t:D"/>
        <xs:complexType name="B"><xs:sequence>${s('a')}${s('b', 'minOccurs="0"')}</xs:sequence><xs:attribute name="x"/><xs:attribute name="y"/></xs:complexType>
        <xs:complexType name="C"><xs:complexContent><xs:restriction base="t:B"><xs:sequence>${s('a')}</xs:sequence><xs:attribute name="x" use="prohibited"/></xs:restriction></xs:complexContent></xs:complexType>
        <xs:complexType name="D"><xs:complexContent><xs:extension base="t:C"><xs:sequence>${s('d')}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>`),
    );
    expect(roundTrip(schema, `<R ${NS} y="1"><a>1</a><d>2</d></R>`)).toEqual({ y: '1', a: '1', d: '2' });
  });

  test('xsi:type and abstract types', () => {
    const schema = type(
      `<xs:sequence><xs:element name="p" type="t:Party" maxOccurs="2"/></xs:sequence>`,
      `<xs:complexType name="Party" abstract="true"><xs:sequence>${s('name')}</xs:sequence></xs:complexType>
       <xs:complexType name="Person"><xs:complexContent><xs:extension base="t:Party"><xs:sequence>${s('born')}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>
       <xs:complexType name="Firm"><xs:complexContent><xs:extension base="t:Party"><xs:attribute name="no" type="xs:int"/></xs:extension></xs:complexContent></xs:complexType>`,
    );
    const xml = `<t:R xmlns:t="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><t:p xsi:type="t:Person"><t:name>n</t:name><t:born>b</t:born></t:p><t:p xsi:type="t:Firm" no="1"><t:name>m</t:name></t:p></t:R>`;
    expect(roundTrip(schema, xml)).toEqual({
      p: [
        { 'xsi:type': 'Person', name: 'n', born: 'b' },
        { 'xsi:type': 'Firm', no: 1, name: 'm' },
      ],
    });
    expect(thrown(() => schema.write({ p: [{ 'xsi:type': 'Frim' }] })).message).toContain('expected Person, Firm');
  });

  test('substitution groups', () => {
    const schema = type(
      '<xs:sequence><xs:element ref="t:head"/></xs:sequence>',
      '<xs:element name="head" abstract="true" type="xs:string"/><xs:element name="one" substitutionGroup="t:head"/><xs:element name="two" substitutionGroup="t:head" type="xs:string"/>',
    );
    expect(roundTrip(schema, `<R ${NS}><two>x</two></R>`)).toEqual({ two: 'x' });
  });

  test('recursive types', () => {
    const schema =
      one('', '').type === 'it' &&
      compileOne(
        'm.xsd',
        xsd(
          `<xs:element name="R" type="t:N"/><xs:complexType name="N"><xs:sequence><xs:element name="n" type="t:N" minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType>`,
        ),
      );
    expect(roundTrip(schema as CompiledSchema, `<R ${NS}><n><n/></n><n/></R>`)).toEqual({ n: [{ n: [{}] }, {}] });
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 300; level += 1) deep = { n: [deep] };
    expect(thrown(() => (schema as CompiledSchema).write(deep)).message).toContain('nested too deep');
  });

  test('wildcards, mixed content and anyType keep their XML', () => {
    const schema = type(
      `<xs:sequence>${s('a')}<xs:element name="mixed" minOccurs="0"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element><xs:element name="free" minOccurs="0"/><xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute processContents="lax"/>`,
    );
    const xml = `<t:R xmlns:t="urn:t" xmlns:o="urn:o" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" o:flag="1"><t:a>1</t:a><t:mixed>x &amp; <t:b>y</t:b> z</t:mixed><t:free kind="k"><o:deep o:a="1"/></t:free><o:ext><o:in>&lt;</o:in></o:ext><o:ext/></t:R>`;
    expect(roundTrip(schema, xml)).toEqual({
      '{urn:o}flag': '1',
      a: '1',
      mixed: 'x &amp; <t:b xmlns:t="urn:t">y</t:b> z',
      free: { kind: 'k', text: '<o:deep o:a="1" xmlns:o="urn:o"></o:deep>' },
      any: ['<o:ext xmlns:o="urn:o"><o:in>&lt;</o:in></o:ext>', '<o:ext xmlns:o="urn:o"></o:ext>'],
    });
    for (const any of ['</R><R>', '<a', '<p:a/>', '<!DOCTYPE a><a/>', 'a\u0001']) {
      expect(thrown(() => schema.write({ a: '1', any: [any] })).code).toBe('DOCUMENT_NOT_WRITABLE');
    }
  });

  test('nil with attributes, qualified names, unions, defaults of empty elements', () => {
    const schema = type(
      `<xs:sequence><xs:element name="n" nillable="true" minOccurs="0"><xs:complexType><xs:sequence/><xs:attribute name="why"/></xs:complexType></xs:element>
        <xs:element name="q" type="xs:QName" minOccurs="0"/><xs:element name="u" minOccurs="0"><xs:simpleType><xs:union memberTypes="xs:int xs:string"/></xs:simpleType></xs:element>
        <xs:element name="d" type="xs:int" default="5" minOccurs="0"/></xs:sequence>`,
    );
    expect(
      roundTrip(
        schema,
        `<t:R xmlns:t="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><t:n why="w" xsi:nil="true"/><t:q>t:x</t:q><t:u>07</t:u></t:R>`,
      ),
    ).toEqual({
      n: { why: 'w', 'xsi:nil': true },
      q: '{urn:t}x',
      u: '07',
    });
    expect(schema.read(bytes(`<R ${NS}><d/></R>`))).toEqual({ d: 5 });
  });

  test('names that objects have anyway are ordinary names', () => {
    const schema = type(
      `<xs:sequence>${s('constructor', 'minOccurs="0"')}${s('toString', 'minOccurs="0" maxOccurs="3"')}</xs:sequence>`,
    );
    expect(text(schema.write({}))).toContain('<t:R xmlns:t="urn:t"/>');
    expect(roundTrip(schema, `<R ${NS}><constructor>c</constructor><toString>s</toString></R>`)).toEqual({
      constructor: 'c',
      toString: ['s'],
    });
  });

  test.each([
    ['<xs:override schemaLocation="m.xsd"/><xs:element name="R"/>', 'SCHEMA_UNSUPPORTED'],
    [
      '<xs:redefine schemaLocation="m.xsd"><xs:simpleType name="None"><xs:restriction base="xs:string"/></xs:simpleType></xs:redefine><xs:element name="R"/>',
      'SCHEMA_INVALID',
    ],
    [
      '<xs:element name="R"><xs:complexType><xs:sequence><xs:element name="__proto__" type="xs:string"/></xs:sequence></xs:complexType></xs:element>',
      'SCHEMA_UNSUPPORTED',
    ],
  ])('%s is not done silently', (content, code) => {
    const { findings } = compileFiles({
      'schemas/m.xsd': xsd(content),
      'schemas/m.message.yaml': 'message: m\nschema: m.xsd\nroot: R\n',
    });
    expect(findings.map((found) => found.code)).toContain(code);
  });

  test('the schemas of a WSDL, which share namespaces and import each other by name only', () => {
    const schema = compileOne(
      's.wsdl',
      `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:u="urn:u"><types>
        <x:schema targetNamespace="urn:t" elementFormDefault="qualified"><x:import namespace="urn:u"/><x:element name="Ask"><x:complexType><x:sequence><x:element name="a" type="u:A"/><x:element ref="t:b"/></x:sequence></x:complexType></x:element></x:schema>
        <x:schema targetNamespace="urn:t"><x:element name="b" type="x:int"/></x:schema>
        <x:schema targetNamespace="urn:u"><x:simpleType name="A"><x:restriction base="x:string"><x:maxLength value="3"/></x:restriction></x:simpleType></x:schema>
      </types></definitions>`,
      'root: Ask\n',
    );
    expect(roundTrip(schema, '<Ask xmlns="urn:t"><a>x</a><b>1</b></Ask>')).toEqual({ a: 'x', b: 1 });
    expect(schema.validate({ a: 'long', b: 1 })[0]?.path).toBe('/a');
  });
});

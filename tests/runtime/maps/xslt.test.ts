/** Maps with stylesheets: what is wrong with them and where, what they may not do, what bounds them, what they are given and give. */
import type { WorkLimit } from '../../../runtime/contracts/expression.ts';
import { compileMap } from '../../../runtime/maps/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { bytes, compileFiles, thrown, xsd } from '../schemas/compiled.ts';
import { placeOf } from './map-fixture.ts';

const ORDER = `<xs:element name="Order"><xs:complexType><xs:sequence>
  <xs:element name="Id" type="xs:string"/><xs:element name="Qty" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="Sum"><xs:complexType><xs:sequence>
  <xs:element name="Ref" type="xs:string"/><xs:element name="Total" type="xs:int" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>`;

const { schemas } = compileFiles({
  'schemas/order.xsd': xsd(ORDER),
  'schemas/order.message.yaml': 'message: order\nschema: order.xsd\nroot: Order\n',
  'schemas/sum.message.yaml': 'message: sum\nschema: order.xsd\nroot: Sum\n',
  'schemas/note.schema.json':
    '{ "type": "object", "properties": { "text": { "type": "string" } }, "required": ["text"] }',
  'schemas/note.message.yaml': 'message: note\nschema: note.schema.json\n',
});

/** Line 2 is the first of the inside. */
const sheet = (inside: string) =>
  `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn:t" exclude-result-prefixes="t" xmlns:msxsl="urn:schemas-microsoft-com:xslt" xmlns:cs="urn:cs" xmlns:date="http://exslt.org/dates-and-times" xmlns:exsl="http://exslt.org/common" extension-element-prefixes="exsl msxsl cs date">\n${inside}\n</xsl:stylesheet>`;

const root = (inside: string) => sheet(`<xsl:template match="/">\n${inside}\n</xsl:template>`);

interface Options {
  readonly yaml?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly limit?: WorkLimit;
}

const MAP = 'map: it\nfrom: { order: order }\nto: sum\nxslt: it.xslt\n';

function compile(text: string, { yaml = MAP, files = {}, limit }: Options = {}) {
  const all = new Map(Object.entries({ 'mappings/it.xslt': text, ...files }));
  const { source } = readYaml('mappings/it.map.yaml', yaml);
  const texts = { read: (path: string) => all.get(path), known: [...all.keys()] };
  const lookups = new Map([
    [
      'codes',
      new Map([
        ['A & B', 'alpha'],
        ['7', 'seven'],
      ]),
    ],
  ]);
  return compileMap(source, { schemas, lookups, limit, files: texts });
}

const findings = (text: string, options?: Options) =>
  compile(text, options).findings.map(
    (each) => `${each.at.file.replace('mappings/', '')}:${placeOf(each)} ${each.message}`,
  );

function mapOf(text: string, options?: Options) {
  const compiled = compile(text, options);
  expect(compiled.findings.map(({ message }) => message)).toEqual([]);
  return compiled.map!;
}

const order = (id: string, ...quantities: readonly number[]) => ({ Id: id, Qty: quantities });
const failure = (text: string, options?: Options, input: unknown = order('1', 2)) =>
  thrown(() => mapOf(text, options).transform([input])).message;

const SUM = root(
  '<t:Sum><t:Ref><xsl:value-of select="//t:Id"/></t:Ref><t:Total><xsl:value-of select="sum(//t:Qty)"/></t:Total></t:Sum>',
);

test('makes the logical document of its target', () => {
  const map = mapOf(SUM);
  expect(map.transform([order('7', 2, 3)])).toEqual({ Ref: '7', Total: 5 });
  expect(map).toMatchObject({ name: 'it', sources: ['order'], names: ['order'], target: 'sum' });
});

test('takes several sources as the parts of one', () => {
  const yaml = 'map: it\nfrom: { first: order, second: order }\nto: sum\nxslt: it.xslt\n';
  const text = sheet(
    '<xsl:template match="/agg:Root" xmlns:agg="http://schemas.microsoft.com/BizTalk/2003/aggschema"><t:Sum><t:Ref><xsl:value-of select="concat(InputMessagePart_0/t:Order/t:Id, InputMessagePart_1/t:Order/t:Id)"/></t:Ref></t:Sum></xsl:template>',
  ).replace(
    'exclude-result-prefixes="t"',
    'exclude-result-prefixes="t agg" xmlns:agg="http://schemas.microsoft.com/BizTalk/2003/aggschema"',
  );
  expect(mapOf(text, { yaml }).transform([order('1'), order('2')])).toEqual({ Ref: '12' });
});

test('gives parameters the values of expressions, and their defaults where those give nothing', () => {
  const yaml = `${MAP}parameters:\n  who: order.Id + "'\\""\n  none: order.Qty[5]\n  count: size(order.Qty)\n`;
  const text = sheet(
    '<xsl:param name="who"/><xsl:param name="none">N</xsl:param><xsl:param name="count"/><xsl:template match="/"><t:Sum><t:Ref><xsl:value-of select="concat($who, $none)"/></t:Ref><t:Total><xsl:value-of select="$count + 1"/></t:Total></t:Sum></xsl:template>',
  );
  const map = compile(text, { yaml: yaml.replace('order.Qty[5]', 'order.Id == "x" ? "y" : null') });
  expect(map.findings).toEqual([]);
  expect(map.map!.transform([order('7', 1, 1)])).toEqual({ Ref: `7'"N`, Total: 3 });
});

test('reads lookups as documents', () => {
  const looked = (table: string) =>
    sheet(
      `<xsl:template match="/"><t:Sum><t:Ref><xsl:value-of select="document('lookup:${table}')/lookup/entry[@key = current()//t:Id]/@value"/></t:Ref></t:Sum></xsl:template>`,
    );
  expect(mapOf(looked('codes')).transform([order('A & B')])).toEqual({ Ref: 'alpha' });
  expect(findings(looked('cods'))).toEqual([expect.stringContaining('it.xslt:2:39 XSLT_FILE_UNKNOWN lookup:codes')]);
});

test('makes a target that is not XML by the method text', () => {
  const yaml = MAP.replace('to: sum', 'to: note');
  const text = `<xsl:output method="text"/><xsl:template match="/">{ "text": "<xsl:value-of select="//t:Id"/>" }</xsl:template>`;
  expect(mapOf(sheet(text), { yaml }).transform([order('7')])).toEqual({ text: '7' });
  expect(findings(SUM, { yaml })).toEqual([expect.stringContaining('it.map.yaml:3:5 XSLT_NO_XML')]);
  const fromNote = MAP.replace('order: order', 'note: note');
  expect(findings(SUM, { yaml: fromNote })).toEqual([expect.stringContaining('it.map.yaml:2:15 XSLT_NO_XML')]);
});

describe('flat files whose schema is an XSD', () => {
  const info = (kind: string, text: string) =>
    `<xs:annotation><xs:appinfo><b:${kind} ${text}/></xs:appinfo></xs:annotation>`;
  const field = (name: string) =>
    `<xs:element name="${name}" type="xs:string">${info('fieldInfo', 'justification="left"')}</xs:element>`;
  const record = (name: string, text: string, content: string, more = '') =>
    `<xs:element name="${name}" ${more}>${info('recordInfo', text)}<xs:complexType><xs:sequence>${content}</xs:sequence></xs:complexType></xs:element>`;
  const lines = 'structure="delimited" child_order="postfix" child_delimiter_type="hex" child_delimiter="0x0A"';
  const between = 'structure="delimited" child_order="infix" child_delimiter_type="char" child_delimiter="|"';
  const schema = (content: string) =>
    `<?xml version="1.0" encoding="utf-16"?><xs:schema xmlns="urn:flat" xmlns:b="http://schemas.microsoft.com/BizTalk/2003" targetNamespace="urn:flat" xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:annotation><xs:appinfo><b:schemaInfo standard="Flat File" codepage="65001"/></xs:appinfo></xs:annotation>${content}</xs:schema>`;
  const flat = compileFiles({
    'schemas/rows.xsd': schema(
      record('Rows', lines, record('Row', between, field('Name') + field('Sum'), 'maxOccurs="unbounded"')),
    ),
    'schemas/rows.message.yaml': 'message: rows\nformat: flat\nschema: rows.xsd\n',
    'schemas/one.xsd': schema(record('One', between, field('A') + field('B'))),
    'schemas/one.message.yaml': 'message: one\nformat: flat\nschema: one.xsd\n',
    'schemas/mixed.xsd': schema(record('Mixed', lines, field('Top') + record('Row', between, field('A')))),
    'schemas/mixed.message.yaml': 'message: mixed\nformat: flat\nschema: mixed.xsd\n',
  }).schemas;
  const mapped = (from: string, to: string, text: string) => {
    const { source } = readYaml('mappings/it.map.yaml', `map: it\nfrom: { rows: ${from} }\nto: ${to}\nxslt: it.xslt\n`);
    const files = { read: () => text, known: ['mappings/it.xslt'] };
    return compileMap(source, { schemas: flat, lookups: new Map(), files });
  };
  const through = (from: string, to: string, text: string, input: string) => {
    const { map, findings: told } = mapped(from, to, text);
    expect(told).toEqual([]);
    const document = map!.transform([flat.find(from)!.read(bytes(input))]);
    return Buffer.from(flat.find(to)!.write(document)).toString();
  };

  test('are mapped as the XML that it describes', () => {
    const swapped = sheet(
      '<xsl:template match="/f:Rows" xmlns:f="urn:flat"><f:Rows><xsl:for-each select="Row"><xsl:sort select="Name"/><Row><Name><xsl:value-of select="Sum"/></Name><Sum><xsl:value-of select="Name"/></Sum></Row></xsl:for-each></f:Rows></xsl:template>',
    );
    expect(through('rows', 'rows', swapped, 'b|1\na|2\n')).toBe('2|a\n1|b\n');
  });

  test('of one record', () => {
    const text = sheet(
      '<xsl:template match="/f:One" xmlns:f="urn:flat"><f:One><A><xsl:value-of select="B"/></A><B><xsl:value-of select="A"/></B></f:One></xsl:template>',
    );
    expect(through('one', 'one', text, 'x|y').trim()).toBe('y|x');
  });

  test('are refused where the two have different shapes', () => {
    const { findings: told } = mapped('mixed', 'rows', SUM);
    expect(told.map(({ code }) => code)).toEqual(['XSLT_NO_XML']);
  });
});

describe('what is wrong is found before it runs, with its place', () => {
  test.each([
    ['not well-formed', '<xsl:stylesheet', 'it.xslt:1:15 XSLT_INVALID It is not well-formed'],
    [
      'a document type',
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<x>&e;</x>',
      'it.xslt:1:54 XSLT_INVALID It is not',
    ],
    ['no stylesheet', '<html/>', 'it.xslt:1:1 XSLT_INVALID Its root is html'],
    [
      'another version',
      sheet('').replace('version="1.0"', 'version="2.0"'),
      'it.xslt:1:1 XSLT_INVALID It is written in XSLT 2.0',
    ],
    ['XPath', root('  <xsl:value-of select="sum(//t:Qty"/>'), 'it.xslt:3:3 XSLT_INVALID Invalid expression'],
    ['an element that there is not', root(' <xsl:valueof select="1"/>'), 'it.xslt:3:2 XSLT_INVALID'],
    ['an attribute that is missing', root('<a/><xsl:value-of/>'), 'it.xslt:3:5 XSLT_INVALID'],
    [
      'a variable',
      root('<xsl:variable name="total" select="1"/><xsl:value-of select="$totl"/>'),
      'it.xslt:3:40 XSLT_INVALID total',
    ],
    [
      'a template',
      sheet('<xsl:template name="pad"/><xsl:template match="/"><xsl:call-template name="pat"/></xsl:template>'),
      'it.xslt:2:51 XSLT_INVALID pad',
    ],
    [
      'a function',
      root('<xsl:value-of select="upper-case(\'a\')"/>'),
      'it.xslt:3:1 XSLT_INVALID XSLT 1.0 has no function upper-case()',
    ],
    [
      'a function of another engine',
      root('<a b="{cs:go(1)}"/>'),
      'it.xslt:3:1 XSLT_INVALID There is no function cs:go() of urn:cs',
    ],
    ['a prefix', root('<a b="{x:go(1)}"/>'), 'it.xslt:3:1 XSLT_INVALID Nothing declares the prefix x'],
    [
      'a decimal format',
      root('<xsl:value-of select="document(\'http://example.org/x\')"/>'),
      'it.xslt:3:1 XSLT_REFUSED',
    ],
    ['a file outside', root('<xsl:value-of select="document(\'../config/bus.yaml\')"/>'), 'it.xslt:3:1 XSLT_REFUSED'],
    [
      'a file that is not there',
      root('<xsl:value-of select="document(\'codes.xml\')"/>'),
      'it.xslt:3:1 XSLT_FILE_UNKNOWN',
    ],
    [
      'a file that it would write',
      root('<exsl:document href="x"/>'),
      'it.xslt:3:1 XSLT_REFUSED exsl:document would write',
    ],
    [
      'the time of day',
      root('<xsl:value-of select="date:date-time()"/>'),
      'it.xslt:3:1 XSLT_REFUSED date:date-time() gives',
    ],
    [
      'an address',
      sheet('<xsl:include href="http://example.org/a.xsl"/>'),
      'it.xslt:2:1 XSLT_REFUSED xsl:include names http://example.org/a.xsl',
    ],
    ['a file of the machine', sheet('<xsl:import href="/etc/a.xsl"/>'), 'it.xslt:2:1 XSLT_REFUSED'],
    ['a folder above', sheet('<xsl:include href="../schemas/a.xsl"/>'), 'it.xslt:2:1 XSLT_REFUSED'],
    ['an include that is not there', sheet('<xsl:include href="it.xsl"/>'), 'it.xslt:2:1 XSLT_FILE_UNKNOWN it.xslt'],
  ])('%s', (_, text, told) => {
    expect(findings(text)).toEqual([expect.stringContaining(told)]);
  });

  test('in a file that is included, once', () => {
    const files = { 'mappings/a.xsl': sheet('\n <xsl:template name="x"><xsl:value-of select="1 +"/></xsl:template>') };
    const text = sheet('<xsl:include href="a.xsl"/>');
    expect(findings(text, { files })).toEqual([expect.stringContaining('a.xsl:3:25 XSLT_INVALID Invalid expression')]);
  });

  test('scripts, each function with its lines', () => {
    const script =
      '<msxsl:script language="C#" implements-prefix="cs"><![CDATA[ public string Trim(string s) { return s.Trim(); } ]]></msxsl:script>';
    const text = sheet(
      `${script}<xsl:template match="/">\n<a b="{cs:Trim(//a)}"/>\n <xsl:value-of select="cs:Trim(cs:Pad('x'))"/></xsl:template>`,
    );
    expect(findings(text)).toEqual([
      'it.xslt:3:1 XSLT_SCRIPT cs:Trim() is a function of a script, in lines 3, 4; scripts of a stylesheet are not run.',
      'it.xslt:4:2 XSLT_SCRIPT cs:Pad() is a function of a script; scripts of a stylesheet are not run.',
    ]);
    expect(findings(sheet(script))).toEqual([
      expect.stringContaining('it.xslt:2:1 XSLT_SCRIPT msxsl:script is not run'),
    ]);
  });

  test('functions of a script that have the name of a functoid alone', () => {
    const script = `<msxsl:script language="C#" implements-prefix="u"><![CDATA[
public string StringConcat(string param0) { return param0; }
public string StringLeft(string str, string count) { return str; }
public string DateCurrentDate() { return DateTime.Now.ToString("yyyy-MM-dd"); }
]]></msxsl:script>`;
    const calls = '<a b="{u:StringConcat(1)}"/>\n<a b="{u:StringLeft(1, 1)}"/>\n<a b="{u:DateCurrentDate()}"/>';
    const text = sheet(`${script}<xsl:template match="/">\n${calls}</xsl:template>`).replace(
      'xmlns:cs=',
      'xmlns:u="http://schemas.microsoft.com/BizTalk/2003/userCSharp" xmlns:cs=',
    );
    expect(findings(text)).toEqual([
      expect.stringContaining('it.xslt:8:1 XSLT_SCRIPT u:StringLeft() is a function of a script;'),
      expect.stringContaining('it.xslt:9:1 XSLT_SCRIPT u:DateCurrentDate() is a function of a script;'),
    ]);
  });

  test('the map itself', () => {
    expect(findings(SUM, { yaml: MAP.replace('it.xslt', 'itt.xslt') })).toEqual([
      'it.map.yaml:4:7 XSLT_FILE_UNKNOWN it.xslt There is no file mappings/itt.xslt.',
    ]);
    expect(findings(SUM, { yaml: MAP.replace('it.xslt', '../config/it.xslt') })).toEqual([
      'it.map.yaml:4:7 XSLT_REFUSED ../config/it.xslt is no file of mappings/.',
    ]);
    expect(findings(SUM, { yaml: MAP.replace('order: order', 'order: ordr') })).toEqual([
      expect.stringContaining('it.map.yaml:2:16 MAP_UNKNOWN_TYPE order'),
    ]);
    expect(findings(SUM, { yaml: `${MAP}fields: { Ref: order.Id }\n` })).toEqual([
      expect.stringContaining('it.map.yaml:5:1 MAP_INVALID A map has `fields` or `xslt`, not both'),
    ]);
    const text = sheet('<xsl:param name="who"/><xsl:template match="/"/>');
    expect(findings(text, { yaml: `${MAP}parameters: { whom: order.Id, who: order.Qty }\n` })).toEqual([
      expect.stringContaining('it.map.yaml:5:15 MAP_INVALID who The stylesheet has no parameter whom'),
      expect.stringContaining('it.map.yaml:5:36 MAP_WRONG_TYPE who takes a single value'),
    ]);
    expect(findings(text, { yaml: `${MAP}parameters: { who: order.Idd }\n` })).toEqual([
      expect.stringContaining('it.map.yaml:5:26 MAP_EXPRESSION Id'),
    ]);
  });
});

describe('what fails as it runs says where', () => {
  test('a message that ends it', () => {
    const text = root(
      '<xsl:if test="//t:Id = 1">\n  <xsl:message terminate="yes">No order <xsl:value-of select="//t:Id"/></xsl:message></xsl:if>',
    );
    expect(failure(text)).toBe('Map it failed at mappings/it.xslt:4:3, xsl:message: No order 1.');
  });

  test('a message of a file that is included', () => {
    const files = { 'mappings/a.xsl': sheet('<xsl:template match="/"><xsl:message terminate="yes"/></xsl:template>') };
    const text = sheet('<xsl:include href="a.xsl"/>');
    expect(failure(text, { files })).toBe('Map it failed at mappings/a.xsl:2:25, xsl:message: it ends here.');
  });

  test('an expression', () => {
    expect(failure(root('<a/>\n   <xsl:value-of select="document(concat(\'http://\', //t:Id))"/>'))).toContain(
      'it may not read http://1',
    );
    const calls = root(
      '<xsl:if test="function-available(\'cs:x\') or //t:Id = 1">\n  <xsl:value-of select="cs:x()"/></xsl:if>',
    );
    const compiled = compile(calls);
    expect(compiled.findings).toMatchObject([{ severity: 'warning' }]);
    expect(thrown(() => compiled.map!.transform([order('1')])).message).toMatch(
      /^Map it failed at mappings\/it.xslt:4:3, value-of: .*cs:x/,
    );
  });

  test('files of the machine are not read', () => {
    const passwd = root(
      "<t:Sum><t:Ref><xsl:value-of select=\"document(concat('file:///etc/', 'passwd'))\"/></t:Ref></t:Sum>",
    );
    expect(failure(passwd)).toContain('it may not read file:///etc/passwd');
  });

  test('what it makes is held against the target', () => {
    expect(failure(root('<t:Sum><t:Ref>1</t:Ref><t:Total>x</t:Total></t:Sum>'))).toContain(
      'what it makes breaks sum: ',
    );
    expect(failure(root('<t:Other/>'))).toContain('Map it failed at mappings/it.xslt, the whole');
    expect(failure(root(''))).toContain('it makes no document');
  });
});

describe('nothing that it does holds the host up', () => {
  const limit: WorkLimit = { steps: 1_000_000, time: { ms: 300, now: () => 0 } };
  const well = () => expect(mapOf(SUM).transform([order('7', 2)])).toEqual({ Ref: '7', Total: 2 });

  test('a loop that runs on', () => {
    const each = (inside: string) => `<xsl:for-each select="//t:Qty">${inside}</xsl:for-each>`;
    const text = root(each(each(each(each('<xsl:value-of select="count(//t:Qty[. = current()])"/>')))));
    const told = failure(text, { limit }, order('1', ...Array.from({ length: 400 }, (_, index) => index)));
    expect(told).toContain('it takes longer than 300 ms; let it do less, or raise expressions.time in config/bus.yaml');
    well();
  });

  test('templates without end', () => {
    const text = sheet('<xsl:template match="/">\n<xsl:apply-templates select="."/></xsl:template>');
    expect(failure(text)).toMatch(
      /^Map it failed at mappings\/it.xslt:3:1, apply-templates: templates call each other more than 20,000 deep/,
    );
    well();
  });

  test('functions without end', () => {
    const text = sheet(
      '<func:function name="cs:f"><xsl:param name="n"/><func:result select="cs:f($n + 1)"/></func:function><xsl:template match="/"><t:Sum><t:Ref><xsl:value-of select="cs:f(1)"/></t:Ref></t:Sum></xsl:template>',
    ).replace(
      'extension-element-prefixes="',
      'xmlns:func="http://exslt.org/functions" extension-element-prefixes="func ',
    );
    expect(failure(text)).toContain('Recursion limit exceeded');
    well();
  });

  test('texts that grow without end', () => {
    const text = sheet(
      '<xsl:template match="/"><xsl:call-template name="d"><xsl:with-param name="s" select="string(//t:Id)"/></xsl:call-template></xsl:template><xsl:template name="d"><xsl:param name="s"/><xsl:call-template name="d"><xsl:with-param name="s" select="concat($s, $s)"/></xsl:call-template></xsl:template>',
    );
    expect(failure(text, {}, order('x'.repeat(100)))).toContain('it needs more memory than 256 MiB');
    well();
  });

  test('expressions nested too deep', () => {
    const deep = `${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
    expect(findings(root(`<xsl:value-of select="${deep}"/>`))).toEqual([
      expect.stringContaining('Recursion limit exceeded'),
    ]);
    well();
  });

  test('more stylesheets than are kept', () => {
    const maps = Array.from({ length: 300 }, (_, index) => mapOf(SUM.replace('//t:Id', `concat(//t:Id, '-${index}')`)));
    expect(maps.map((map) => map.transform([order('7')]))).toEqual(
      maps.map((_, index) => ({ Ref: `7-${index}`, Total: 0 })),
    );
  });
});

test('entities in what is mapped stay texts', () => {
  const document = schemas
    .find('order')!
    .read(bytes('<Order xmlns="urn:t"><Id>&lt;a&gt; &amp; &#x10FFFF;</Id></Order>'));
  expect(mapOf(SUM).transform([document])).toEqual({ Ref: '<a> & \u{10FFFF}', Total: 0 });
});

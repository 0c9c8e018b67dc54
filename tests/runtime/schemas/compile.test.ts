import { compileFiles, xsd } from './compiled.ts';

const person = JSON.stringify({
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string' },
    age: { type: 'integer' },
    address: { type: 'object', properties: { uprn: { type: 'string' }, lines: { type: 'array', items: {} } } },
    'dotted.name': { type: 'boolean' },
  },
});

const findingsOf = (files: Record<string, string>) =>
  compileFiles(files).findings.map(({ code, at, suggestion }) => ({
    code,
    at: `${at.file}:${at.line}:${at.column}`,
    ...(suggestion ? { suggestion } : {}),
  }));

describe('message types', () => {
  test('are compiled with their promoted properties', () => {
    const { schemas, findings } = compileFiles({
      'schemas/person.schema.json': person,
      'schemas/person.message.yaml':
        'message: person\nschema: person.schema.json\npromote: { p.id: id, p.uprn: address.uprn, p.flag: dotted.name }\n',
    });
    expect(findings).toEqual([]);
    expect(schemas.types).toEqual(['person']);
    expect([...schemas.properties].map(([name, { kind }]) => [name, kind])).toEqual([
      ['p.id', 'string'],
      ['p.uprn', 'string'],
      ['p.flag', 'boolean'],
    ]);
    const context = schemas.find('person')!.promote({ id: 'a', address: { uprn: '1' }, 'dotted.name': true });
    expect([...context]).toEqual([
      ['p.id', { value: 'a', promoted: true }],
      ['p.uprn', { value: '1', promoted: true }],
      ['p.flag', { value: true, promoted: true }],
    ]);
  });

  test.each([
    ['2026-10-25T01:30:00+01:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T00:30:00Z', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25t00:30:00.5z', '2026-10-25T00:30:00.500Z'],
    ['2026-01-01T00:00:00.1234500-00:30', '2026-01-01T00:30:00.12345Z'],
    ['2026-10-25T01:30:00', '2026-10-25T01:30:00'],
    ['2026-13-45T01:30:00Z', '2026-13-45T01:30:00Z'],
    ['soon', 'soon'],
  ])('promote a date-time in UTC: %s', (written, promoted) => {
    const { schemas } = compileFiles({
      'schemas/visit.schema.json': JSON.stringify({
        type: 'object',
        properties: { at: { type: 'string', format: 'date-time' }, note: { type: 'string' } },
      }),
      'schemas/visit.message.yaml': 'message: visit\nschema: visit.schema.json\npromote: { v.at: at, v.note: note }\n',
    });
    const context = schemas.find('visit')!.promote({ at: written, note: written });
    expect([context.get('v.at')?.value, context.get('v.note')?.value]).toEqual([promoted, written]);
  });

  test('promote nothing for a node that is missing, null or of another shape', () => {
    const { schemas } = compileFiles({
      'schemas/person.schema.json': person,
      'schemas/person.message.yaml': 'message: person\nschema: person.schema.json\npromote: { p.uprn: address.uprn }\n',
    });
    const schema = schemas.find('person')!;
    for (const document of [{}, { address: null }, { address: { uprn: null } }, { address: 'x' }, null, 1]) {
      expect(schema.promote(document).size).toBe(0);
    }
  });

  test('all wrong things are told with place and suggestion', () => {
    expect(
      findingsOf({
        'schemas/person.schema.json': person,
        'schemas/a.message.yaml': 'message: a\nschema: persn.schema.json\n',
        'schemas/b.message.yaml':
          'message: b\nschema: person.schema.json\npromote:\n  b.u: address.urpn\n  b.l: address.lines\n',
        'schemas/c.message.yaml': 'message: b\nschema: person.schema.json\n',
        'schemas/d.message.yaml': 'schema: person.schema.json\nformat: yaml\n',
        'schemas/e.message.yaml': 'message: e\nschema: person.schema.json\npromote: { b.u: age }\n',
        'schemas/f.message.yaml': 'message: f\nschema: person.schema.json\npromote: { b.u: id, b.v: address }\n',
        'schemas/g.message.yaml': 'message: g\nschema: person.schema.json\npromote: { b.u: age }\n',
      }),
    ).toEqual([
      { code: 'SCHEMA_FILE_UNKNOWN', at: 'schemas/a.message.yaml:2:9', suggestion: 'person.schema.json' },
      { code: 'PROMOTE_UNKNOWN_FIELD', at: 'schemas/b.message.yaml:4:8', suggestion: 'address.uprn' },
      { code: 'PROMOTE_NOT_SCALAR', at: 'schemas/b.message.yaml:5:8' },
      { code: 'MESSAGE_DUPLICATE', at: 'schemas/c.message.yaml:1:10' },
      { code: 'MESSAGE_DUPLICATE', at: 'schemas/b.message.yaml:1:10' },
      { code: 'MESSAGE_INVALID', at: 'schemas/d.message.yaml:1:1' },
      { code: 'MESSAGE_INVALID', at: 'schemas/d.message.yaml:2:9' },
      { code: 'PROMOTE_CONFLICT', at: 'schemas/f.message.yaml:3:17' },
      { code: 'PROMOTE_NOT_SCALAR', at: 'schemas/f.message.yaml:3:26' },
    ]);
  });

  test('an unreadable or wrong schema says where', () => {
    expect(
      findingsOf({
        'schemas/broken.schema.json': '{\n  "type": "object",\n  "properties": {,}\n}',
        'schemas/a.message.yaml': 'message: a\nschema: broken.schema.json\n',
        'schemas/typo.schema.json': '{ "type": "object", "requried": ["id"] }',
        'schemas/b.message.yaml': 'message: b\nschema: typo.schema.json\n',
        'schemas/kind.schema.json': '{\n "properties": {\n  "a": { "type": "text" } } }',
        'schemas/c.message.yaml': 'message: c\nschema: kind.schema.json\n',
        'schemas/gone.schema.json': '{ "properties": {\n "a": { "$ref": "addres.json#/x" } } }',
        'schemas/address.json': '{}',
        'schemas/d.message.yaml': 'message: d\nschema: gone.schema.json\n',
        'schemas/open.xsd': '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n<xs:element></xs:schema>',
        'schemas/e.message.yaml': 'message: e\nschema: open.xsd\n',
        'schemas/type.xsd': xsd('\n\n<xs:element name="a" type="t:nonesuch"/>'),
        'schemas/f.message.yaml': 'message: f\nschema: type.xsd\n',
      }),
    ).toEqual([
      { code: 'SCHEMA_INVALID', at: 'schemas/broken.schema.json:3:18' },
      { code: 'SCHEMA_INVALID', at: 'schemas/typo.schema.json:1:1' },
      { code: 'SCHEMA_INVALID', at: 'schemas/kind.schema.json:3:18' },
      { code: 'SCHEMA_FILE_UNKNOWN', at: 'schemas/gone.schema.json:2:17', suggestion: 'schemas/address.json' },
      { code: 'SCHEMA_INVALID', at: 'schemas/open.xsd:2:24' },
      { code: 'SCHEMA_INVALID', at: 'schemas/type.xsd:3:1' },
    ]);
  });

  test('a root must be one of the global elements', () => {
    const files = { 'schemas/two.xsd': xsd('<xs:element name="Order"/><xs:element name="Answer"/>') };
    const found = findingsOf({
      ...files,
      'schemas/a.message.yaml': 'message: a\nschema: two.xsd\nroot: Ordre\n',
      'schemas/b.message.yaml': 'message: b\nschema: two.xsd\n',
      'schemas/c.message.yaml': 'message: c\nschema: two.xsd\nroot: "{urn:x}Order"\n',
    });
    expect(found).toEqual([
      { code: 'ROOT_UNKNOWN', at: 'schemas/a.message.yaml:3:7', suggestion: 'Order' },
      { code: 'ROOT_MISSING', at: 'schemas/b.message.yaml:2:9' },
      { code: 'ROOT_UNKNOWN', at: 'schemas/c.message.yaml:3:7', suggestion: '{urn:t}Order' },
    ]);
  });

  test('a schema file used twice tells what is wrong with it once', () => {
    const found = findingsOf({
      'schemas/x.schema.json': '{',
      'schemas/a.message.yaml': 'message: a\nschema: x.schema.json\n',
      'schemas/b.message.yaml': 'message: b\nschema: x.schema.json\n',
    });
    expect(found.map(({ code }) => code)).toEqual(['SCHEMA_INVALID']);
  });

  test('types that share a root are both found by it', () => {
    const { schemas } = compileFiles({
      'schemas/o.xsd': xsd('<xs:element name="Order" type="xs:string"/>'),
      'schemas/a.message.yaml': 'message: a\nschema: o.xsd\nroot: "{urn:t}Order"\n',
      'schemas/b.message.yaml': 'message: b\nschema: o.xsd\nroot: urn:t#Order\n',
    });
    expect(schemas.findByRoot('urn:t#Order').map(({ type }) => type)).toEqual(['a', 'b']);
    expect(schemas.findByRoot('urn:other#Order')).toEqual([]);
  });
});

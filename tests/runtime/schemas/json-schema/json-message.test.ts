import type { LogicalType } from '../../../../runtime/contracts/schema.ts';
import { fc } from '../../../properties.ts';
import { bytes, compileFiles, compileOne, text, thrown } from '../compiled.ts';

const schema = (value: unknown) => compileOne('it.schema.json', JSON.stringify(value));
const anything = schema({});
const read = (json: string) => anything.read(bytes(json));

describe('reading', () => {
  test.each([
    ['{"a":', 1, 6],
    ['{"a": 1,}', 1, 9],
    ['{\n "a": nul }', 2, 7],
    ['[1 2]', 1, 4],
    ['{"a": "x\ny"}', 1, 7],
    ['{} {}', 1, 4],
    ['01', 1, 2],
    ['', 1, 1],
    ['{"a": "\\x"}', 1, 7],
  ])('%j is refused at its place', (json, line, column) => {
    const error = thrown(() => read(json));
    expect(error).toMatchObject({ code: 'JSON_SYNTAX', kind: 'message' });
    expect(error.message).toContain(` ${line}:${column}: `);
  });

  test.each(['12345678901234567890', '0.12345678901234567', '1e400', '[{"a": 9007199254740993}]'])(
    '%s would lose digits',
    (json) => {
      expect(thrown(() => read(json)).code).toBe('JSON_NUMBER_INEXACT');
    },
  );

  test.each(['9007199254740991', '0.1', '1e10', '1.50', '-0', '123456789012345680000', '"12345678901234567890"'])(
    '%s keeps its digits',
    (json) => {
      expect(read(json)).toEqual(JSON.parse(json));
    },
  );

  test('__proto__ is refused as a key, however it is written, and allowed as text', () => {
    expect(thrown(() => read('{"a":{"__proto__":{}}}')).code).toBe('KEY_FORBIDDEN');
    expect(thrown(() => read('{"\\u005f_proto__":{}}')).code).toBe('KEY_FORBIDDEN');
    expect(read('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
  });

  test('a key twice in one object is refused, however it is written; elsewhere it may stand again', () => {
    for (const twice of ['{"a":1,"a":1}', '{"a":[{"b:":{},"b\\u003a":2}]}', '[{"":1,"":2}]']) {
      expect(thrown(() => read(twice)).code).toBe('KEY_DUPLICATE');
    }
    expect(read('{"a:b":{"a":":","b":[{"a":1},{"a":{}}]},"b":null}')).toMatchObject({ b: null });
  });

  test('nesting is bounded; brackets inside texts do not count', () => {
    expect(thrown(() => read('['.repeat(10_000))).code).toBe('NESTED_TOO_DEEP');
    expect(thrown(() => read('{"a":'.repeat(300))).code).toBe('NESTED_TOO_DEEP');
    expect(read(JSON.stringify('['.repeat(1000)))).toHaveLength(1000);
    expect(read(`["\\"${'['.repeat(500)}"]`)).toHaveLength(1);
  });

  test('UTF-8 is strict, byte order marks are taken', () => {
    expect(thrown(() => anything.read(Uint8Array.of(0x22, 0xff, 0x22))).code).toBe('TEXT_NOT_DECODABLE');
    expect(read('\uFEFF{"a":"é"}')).toEqual({ a: 'é' });
    const utf16 = Buffer.from('\uFEFF{"a":"é"}', 'utf16le');
    expect(anything.read(utf16)).toEqual({ a: 'é' });
    expect(anything.read(Buffer.from(utf16).swap16())).toEqual({ a: 'é' });
  });

  test('any JSON value comes through as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        expect(read(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  test('any bytes give a document or a BusError', () => {
    const json = fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789.eE-+ntrufalse\\ \n') });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), json.map(bytes)), (input) => {
        try {
          anything.read(input);
        } catch (error) {
          expect(error).toMatchObject({ name: 'BusError', kind: 'message' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('writing', () => {
  const ordered = schema({
    type: 'object',
    properties: {
      id: { type: 'string' },
      lines: { type: 'array', items: { properties: { code: {}, count: { type: 'integer' } } } },
    },
  });

  test('is in schema order, with other keys after', () => {
    const document = { extra: 1, lines: [{ other: true, count: 2, code: 'x' }], id: 'a', constructor: 'c' };
    expect(text(ordered.write(document))).toBe(
      '{"id":"a","lines":[{"code":"x","count":2,"other":true}],"extra":1,"constructor":"c"}',
    );
  });

  test('takes safe big integers and refuses what JSON has not', () => {
    expect(text(ordered.write({ id: 5n }))).toBe('{"id":5}');
    const circle: Record<string, unknown> = {};
    circle['again'] = circle;
    for (const value of [{ a: Number.NaN }, { a: [2n ** 60n] }, { a: () => 1 }, circle, undefined]) {
      expect(thrown(() => ordered.write(value))).toMatchObject({ code: 'DOCUMENT_NOT_WRITABLE', kind: 'message' });
    }
    expect(thrown(() => ordered.write({ lines: [{}, { code: Number.NaN }] })).message).toContain('/lines/1/code');
  });
});

describe('validation', () => {
  const strict = schema({
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: {
      id: { type: 'string', pattern: '^A' },
      category: { enum: ['pothole', 'other'] },
      photos: { type: 'array', items: { type: 'object', properties: { size: { type: 'integer' } } } },
    },
  });

  test('tells every violation with its path', () => {
    const found = strict.validate({ category: 'x', catgory: 1, photos: [{ size: 1 }, { size: 'big' }] });
    expect(found).toEqual([
      { path: '', message: 'lacks the field id' },
      { path: '/catgory', message: 'is not a field of the schema (did you mean category)' },
      { path: '/category', message: 'must be one of pothole, other' },
      { path: '/photos/1/size', message: 'must be integer' },
    ]);
  });

  test('tells line and column where the bytes are known', () => {
    const json = '{\n  "id": "B",\n  "photos": [{ "size": 1 },\n    { "a/b": 0, "size": "big" }]\n}';
    const found = strict.validate(JSON.parse(json), bytes(json));
    expect(found).toEqual([
      { path: '/id', message: 'must match the pattern ^A', line: 2, column: 9 },
      { path: '/photos/1/size', message: 'must be integer', line: 4, column: 25 },
    ]);
  });

  test('is silent about a valid document', () => {
    expect(strict.validate({ id: 'A1', photos: [] })).toEqual([]);
  });

  test('is capped', () => {
    expect(strict.validate({ id: 'A', photos: Array(1000).fill(1) }).length).toBeLessThanOrEqual(100);
  });
});

describe('logical types', () => {
  const shown = (type: LogicalType, depth = 0): unknown => {
    if (type.kind === 'list') return [shown(type.of, depth)];
    if (type.kind !== 'object') return type.kind === 'string' && type.values ? type.values.join('|') : type.kind;
    if (depth > 2) return '...';
    const fields = [...type.fields()].map(([name, field]) => [
      name + (field.required ? '' : '?'),
      shown(field.type, depth + 1),
    ]);
    return Object.fromEntries(fields);
  };
  const typeOf = (value: unknown) => shown(schema(value).document);

  test.each<[string, unknown, unknown]>([
    [
      'scalars',
      { properties: { a: { type: 'string' }, b: { type: ['integer', 'null'] } } },
      { 'a?': 'string', 'b?': 'integer' },
    ],
    ['enum and const', { properties: { a: { enum: ['x', 'y'] }, b: { const: 'z' } } }, { 'a?': 'x|y', 'b?': 'z' }],
    [
      '$ref and allOf',
      {
        $defs: { base: { properties: { id: { type: 'string' } }, required: ['id'] } },
        allOf: [{ $ref: '#/$defs/base' }, { properties: { n: { type: 'number' } } }],
      },
      { id: 'string', 'n?': 'number' },
    ],
    [
      'oneOf',
      {
        oneOf: [
          { properties: { a: { type: 'string' }, b: {} }, required: ['a'] },
          { properties: { a: { type: 'string' }, c: {} }, required: ['a', 'c'] },
        ],
      },
      { a: 'string', 'b?': 'any', 'c?': 'any' },
    ],
    [
      'nullable by anyOf',
      { properties: { a: { anyOf: [{ type: 'null' }, { type: 'boolean' }] } } },
      { 'a?': 'boolean' },
    ],
    [
      'unlike kinds',
      { properties: { a: { oneOf: [{ type: 'string' }, { type: 'object', properties: {} }] } } },
      { 'a?': 'any' },
    ],
    [
      'a condition',
      JSON.parse('{"properties":{"k":{}},"if":{},"then":{"properties":{"x":{"type":"string"}},"required":["x"]}}'),
      { 'k?': 'any', 'x?': 'string' },
    ],
    ['recursion', { properties: { child: { $ref: '#' } } }, { 'child?': { 'child?': { 'child?': '...' } } }],
  ])('%s', (_, value, expected) => {
    expect(typeOf(value)).toEqual(expected);
  });

  test('references that lead in a circle are told', () => {
    const { findings } = compileFiles({
      'schemas/a.schema.json': '{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}',
      'schemas/a.message.yaml': 'message: a\nschema: a.schema.json\n',
    });
    expect(findings).toMatchObject([{ code: 'SCHEMA_INVALID', message: expect.stringContaining('circle') }]);
  });

  test('references reach into other files', () => {
    const { schemas, findings } = compileFiles({
      'schemas/order.schema.json': JSON.stringify({
        $id: 'https://example.org/order.json',
        properties: {
          site: { $ref: 'parts/address.json#/$defs/address' },
          self: { $ref: 'https://example.org/order.json#/properties/n' },
          n: { type: 'integer' },
        },
      }),
      'schemas/parts/address.json': JSON.stringify({
        $defs: {
          address: { type: 'object', required: ['uprn'], properties: { uprn: { $ref: '#/$defs/uprn' } } },
          uprn: { type: 'string' },
        },
      }),
      'schemas/order.message.yaml': 'message: order\nschema: order.schema.json\npromote: { o.uprn: site.uprn }\n',
    });
    expect(findings).toEqual([]);
    const order = schemas.find('order')!;
    expect(order.validate({ site: { uprn: 1 }, self: 'x' }).map(({ path }) => path)).toEqual(['/site/uprn', '/self']);
  });

  test('vocabulary of OpenAPI and x- keywords are allowed, draft 7 too', () => {
    expect(
      typeOf({
        $schema: 'http://json-schema.org/draft-07/schema#',
        'x-owner': 'a',
        example: 1,
        xml: {},
        type: 'string',
      }),
    ).toBe('string');
  });
});

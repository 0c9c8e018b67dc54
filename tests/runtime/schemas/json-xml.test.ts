/** XML by the annotations of OpenAPI: both ways, in the order of the schema; what is wrong with a message or an annotation is told. */
import { fc } from '../../properties.ts';
import { bytes, compileFiles, compileOne, text, thrown } from './compiled.ts';

const OPTIONS = 'format: xml\npromote: { p.id: id }\n';
const schemaOf = (schema: object) => compileOne('it.schema.json', JSON.stringify(schema), 'format: xml\n');
const written = (schema: object, document: unknown) =>
  text(schemaOf(schema).write(document)).replace('<?xml version="1.0" encoding="UTF-8"?>\n', '');

/** With references, as code generators write it. */
const PET = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  xml: { name: 'pet' },
  properties: {
    id: { type: 'integer', xml: { attribute: true } },
    category: { $ref: '#/definitions/Category' },
    name: { type: 'string' },
    weight: { type: 'number' },
    vaccinated: { type: 'boolean' },
    photoUrls: { type: 'array', xml: { wrapped: true }, items: { type: 'string', xml: { name: 'photoUrl' } } },
    tags: { type: 'array', items: { $ref: '#/definitions/Tag' } },
    chipped: { type: ['string', 'null'] },
  },
  definitions: {
    Category: { type: 'object', properties: { id: { type: 'integer' }, parent: { $ref: '#/definitions/Category' } } },
    Tag: { type: 'object', xml: { name: 'tag' }, properties: { name: { type: 'string' } } },
  },
};
const pet = {
  id: 7,
  category: { id: 1, parent: { id: 0, parent: {} } },
  name: 'Rex & Co',
  weight: 4.5,
  vaccinated: true,
  photoUrls: ['a', ''],
  tags: [{ name: 'x' }, {}],
  chipped: null,
};
const XML =
  '<pet xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="7"><category><id>1</id><parent><id>0</id><parent/></parent></category><name>Rex &amp; Co</name><weight>4.5</weight><vaccinated>true</vaccinated><photoUrls><photoUrl>a</photoUrl><photoUrl/></photoUrls><tag><name>x</name></tag><tag/><chipped xsi:nil="true"/></pet>';

test('a pet there and back, whatever the order of its keys and elements', () => {
  const schema = compileOne('pet.schema.json', JSON.stringify(PET), OPTIONS);
  expect(schema.root).toBe('pet');
  expect(schema.contentType).toBe('application/xml; charset=utf-8');
  const reversed = Object.fromEntries(Object.entries(pet).reverse());
  const shorter = XML.replace(' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', '').replace(
    '<chipped xsi',
    '<chipped xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi',
  );
  expect(text(schema.write(reversed))).toBe(`<?xml version="1.0" encoding="UTF-8"?>\n${shorter}`);
  expect(schema.read(bytes(XML))).toEqual(pet);
  expect(schema.validate(schema.read(bytes(XML)))).toEqual([]);
  expect(schema.read(bytes('<pet><tag/><name>a</name><tag/></pet>'))).toEqual({ tags: [{}, {}], name: 'a' });
  expect([...schema.promote(pet)]).toEqual([['p.id', { value: 7, promoted: true }]]);
});

const list = (array: object, items: object) => ({
  title: 'root',
  type: 'object',
  properties: { animals: { type: 'array', xml: array, items: { type: 'string', xml: items } } },
});
test.each([
  [{}, {}, '<animals>v</animals>'],
  [{}, { name: 'animal' }, '<animal>v</animal>'],
  [{ name: 'aliens' }, { name: 'animal' }, '<animal>v</animal>'],
  [{ wrapped: true }, {}, '<animals><animals>v</animals></animals>'],
  [{ wrapped: true }, { name: 'animal' }, '<animals><animal>v</animal></animals>'],
  [{ wrapped: true, name: 'aliens' }, {}, '<aliens><aliens>v</aliens></aliens>'],
  [{ wrapped: true, name: 'aliens' }, { name: 'animal' }, '<aliens><animal>v</animal></aliens>'],
])('a list %j of items %j', (array, items, xml) => {
  const schema = list(array, items);
  expect(written(schema, { animals: ['v'] })).toBe(`<root>${xml}</root>`);
  expect(schemaOf(schema).read(bytes(`<root>${xml}</root>`))).toEqual({ animals: ['v'] });
});

test('an empty list, wrapped or not', () => {
  expect(written(list({ wrapped: true }, {}), { animals: [] })).toBe('<root><animals/></root>');
  expect(schemaOf(list({ wrapped: true }, {})).read(bytes('<root><animals/></root>'))).toEqual({ animals: [] });
  expect(written(list({}, {}), { animals: [] })).toBe('<root/>');
});

test('namespaces: with a prefix of the element alone, without one of all within; attributes have prefixes', () => {
  const schema = {
    title: 'order',
    type: 'object',
    xml: { namespace: 'urn:o' },
    properties: {
      ref: { type: 'string', xml: { attribute: true, namespace: 'urn:a', prefix: 'a' } },
      line: { type: 'object', properties: { n: { type: 'integer' } } },
      extra: { type: 'object', xml: { namespace: 'urn:x', prefix: 'x' }, properties: { n: { type: 'integer' } } },
      other: { type: 'object', xml: { namespace: 'urn:y' }, properties: { n: { type: 'integer' } } },
    },
  };
  const document = { ref: 'r', line: { n: 1 }, extra: { n: 2 }, other: { n: 3 } };
  const xml =
    '<order xmlns="urn:o" xmlns:a="urn:a" a:ref="r"><line><n>1</n></line><x:extra xmlns:x="urn:x"><n>2</n></x:extra><other xmlns="urn:y"><n>3</n></other></order>';
  expect(written(schema, document)).toBe(xml);
  expect(schemaOf(schema).read(bytes(xml))).toEqual(document);
  const prefixed = xml.replaceAll('<order', '<o:order xmlns:o="urn:o"').replaceAll('</order', '</o:order');
  expect(schemaOf(schema).read(bytes(prefixed))).toEqual(document);
  expect(thrown(() => schemaOf(schema).read(bytes('<order/>')))).toMatchObject({ code: 'XML_WRONG_ROOT' });
});

test('the text of an element with attributes, and what the schema says nothing of', () => {
  const schema = {
    title: 'fee',
    type: 'object',
    properties: {
      amount: { type: 'number', xml: { nodeType: 'text' } },
      currency: { type: 'string', xml: { attribute: true } },
    },
  };
  expect(written(schema, { amount: 12.5, currency: 'GBP' })).toBe('<fee currency="GBP">12.5</fee>');
  expect(schemaOf(schema).read(bytes('<fee currency="GBP"> 12.50 </fee>'))).toEqual({ amount: 12.5, currency: 'GBP' });
  const open = { title: 'any', type: 'object', properties: { a: { type: 'string' } } };
  const document = { a: 'x', b: ['1', '2'], c: { '@id': '7', d: 'e', text: 't' } };
  const xml = '<any><a>x</a><b>1</b><b>2</b><c id="7"><d>e</d>t</c></any>';
  expect(written(open, document)).toBe(xml);
  expect(schemaOf(open).read(bytes(xml))).toEqual(document);
});

test.each([
  ['<pet><nmae>1</nmae><name>a</name></pet>', 'is not a field of the schema (did you mean name)'],
  ['<pet><name>a</name><weight>heavy</weight></pet>', 'must be number'],
  ['<pet><name>a</name><weight>1234567890.12345678901</weight></pet>', 'must be number'],
  ['<pet><weight>1</weight></pet>', 'lacks the field name'],
])('%s is told by validation', (xml, message) => {
  const schema = compileOne('pet.schema.json', JSON.stringify(PET), 'format: xml\n');
  expect(
    schema
      .validate(schema.read(bytes(xml)))
      .map((each) => each.message)
      .join(),
  ).toContain(message);
});

test.each([
  ['<pet><name>a</name>\n<name>b</name></pet>', 'XML_REPEATED'],
  ['<pet><name><b/></name></pet>', 'XML_UNEXPECTED'],
  ['<pet><id>7</id><name>a</name></pet>', 'XML_UNEXPECTED'],
  ['<pet><tags/><name>a</name></pet>', 'XML_UNEXPECTED'],
  ['<pet colour="red"><name>b</name></pet>', 'XML_UNEXPECTED'],
  ['<pet>loose<name>b</name></pet>', 'XML_UNEXPECTED'],
  ['<pet><photoUrls><photo/></photoUrls></pet>', 'XML_UNEXPECTED'],
  ['<pet><name xmlns="urn:x">b</name></pet>', 'XML_UNEXPECTED'],
  ['<pet><__proto__/></pet>', 'KEY_FORBIDDEN'],
  ['<!DOCTYPE pet><pet/>', 'XML_DOCTYPE'],
  [`<pet>${'<category>'.repeat(300)}`, 'XML'],
])('%s cannot be read', (xml, code) => {
  const schema = compileOne('pet.schema.json', JSON.stringify(PET), 'format: xml\n');
  expect(thrown(() => schema.read(bytes(xml)))).toMatchObject({
    code: expect.stringContaining(code === 'XML' ? 'TOO_DEEP' : code),
    kind: 'message',
  });
});

test.each([
  [{ name: { a: 1 } }, '/name must be a single value'],
  [{ tags: 'x' }, '/tags must be a list'],
  [{ name: '\u0001' }, 'character that XML does not allow'],
  [[], 'must be an object'],
])('%j cannot be written', (document, reason) => {
  const schema = compileOne('pet.schema.json', JSON.stringify(PET), 'format: xml\n');
  expect(thrown(() => schema.write(document)).message).toContain(reason);
});

test.each([
  [{ type: 'array', xml: { attribute: true } }, '/properties/a/xml/attribute', undefined],
  [{ type: 'string', xml: { wrapped: true } }, '/properties/a/xml/wrapped', undefined],
  [{ type: 'string', xml: { name: 'a b' } }, '/properties/a/xml/name', undefined],
  [{ type: 'string', xml: { namespace: 'x' } }, '/properties/a/xml/namespace', undefined],
  [{ type: 'string', xml: { atribute: true } }, '/properties/a/xml/atribute', 'attribute'],
  [{ type: 'string', xml: { nodeType: 'attr' } }, '/properties/a/xml/nodeType', undefined],
  [{ type: 'string', xml: { name: 'b' } }, '/properties/b', undefined],
])('%j is found at its place', (property, path, suggestion) => {
  const schema = { type: 'object', properties: { a: property, b: { type: 'string' } } };
  const { findings } = compileFiles({
    'schemas/it.schema.json': JSON.stringify(schema, undefined, 2),
    'schemas/it.message.yaml': 'message: it\nschema: it.schema.json\nformat: xml\n',
    'schemas/too.message.yaml': 'message: too\nschema: it.schema.json\nformat: xml\n',
  });
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ code: 'SCHEMA_INVALID', at: { file: 'schemas/it.schema.json', path } });
  expect(findings[0]!.at.line).toBeGreaterThan(3);
  if (suggestion) expect(findings[0]!.suggestion).toBe(suggestion);
});

test('the root is what the message file says, else what the schema is called', () => {
  const rooted = compileOne('a.schema.json', '{"type":"object","properties":{}}', 'format: xml\nroot: "{urn:r}Doc"\n');
  expect(rooted.root).toBe('urn:r#Doc');
  expect(text(rooted.write({}))).toContain('<Doc xmlns="urn:r"/>');
  expect(compileOne('a.schema.json', '{"type":"object"}', 'format: xml\n').root).toBe('it');
});

test('references within another file lead within that file', () => {
  const { schemas } = compileFiles({
    'schemas/a.schema.json': '{"type":"object","properties":{"b":{"$ref":"b.json"}}}',
    'schemas/b.json': '{"type":"object","properties":{"n":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"integer"}}}',
    'schemas/a.message.yaml': 'message: a\nschema: a.schema.json\nformat: xml\n',
  });
  expect(schemas.find('a')!.read(bytes('<a><b><n>7</n></b></a>'))).toEqual({ b: { n: 7 } });
});

test('whatever is in a document comes back', () => {
  const schema = compileOne('pet.schema.json', JSON.stringify(PET), 'format: xml\n');
  const words = fc.string({ unit: 'grapheme' }).filter((each) => !/[\p{Cc}\ufffe\uffff]|\p{Cs}/u.test(each));
  const documents = fc.record(
    {
      id: fc.integer(),
      name: words,
      weight: fc
        .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
        .map((each) => Math.round(each * 1000) / 1000 || 0),
      vaccinated: fc.boolean(),
      photoUrls: fc.array(words),
      tags: fc.array(fc.record({ name: words }, { requiredKeys: [] }), { minLength: 1 }),
      chipped: fc.option(words),
    },
    { requiredKeys: ['name'] },
  );
  fc.assert(
    fc.property(documents, (document) => {
      expect(schema.read(schema.write(document))).toEqual(document);
    }),
    { seed: 3, numRuns: 200 },
  );
});

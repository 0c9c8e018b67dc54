import { bytes, compileFiles, text, thrown } from '../compiled.ts';

const { schemas, findings } = compileFiles({
  'schemas/poke.message.yaml':
    'message: poke\nformat: xml\nroot: "{urn:p}Poke"\npromote: { poke.id: Poke.Id, poke.kind: Poke.@kind }\n',
});
const poke = schemas.find('poke')!;

test('XML without a schema is text by name', () => {
  expect(findings).toEqual([]);
  expect(schemas.findByRoot('urn:p#Poke')).toHaveLength(1);
  const document = poke.read(
    bytes('<?xml version="1.0"?><Poke kind="k" xmlns="urn:p"><Id>007</Id><L>1</L><L>&#x41;&lt;</L><E/></Poke>'),
  );
  expect(document).toEqual({ Poke: { '@kind': 'k', '@xmlns': 'urn:p', Id: '007', L: ['1', 'A<'], E: '' } });
  expect([...poke.promote(document)].map(([name, { value }]) => `${name}=${value}`)).toEqual([
    'poke.id=007',
    'poke.kind=k',
  ]);
  expect(poke.read(poke.write(document))).toEqual(document);
});

test('what is written is escaped', () => {
  const document = { a: { '@b': '<"\n', c: ']]>&', d: ['1', '2'] } };
  expect(text(poke.write(document))).toContain('<a b="&lt;&quot;&#xA;"><c>]]&gt;&amp;</c><d>1</d><d>2</d></a>');
  expect(poke.read(poke.write(document))).toEqual(document);
});

test.each([
  [{}],
  [{ a: 1, b: 2 }],
  [{ a: [1, 2] }],
  [{ 'a><b': 1 }],
  [{ a: { '@x y': 1 } }],
  [{ a: '\u0000' }],
  ['x'],
  [null],
])('%j cannot be written', (document) => {
  expect(thrown(() => poke.write(document)).code).toBe('DOCUMENT_NOT_WRITABLE');
});

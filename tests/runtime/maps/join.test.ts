/** Joins of lists: the same as looking at every pair, in steps that grow with the lists and not with their product. */
import type { LogicalType, SchemaSet } from '../../../runtime/contracts/schema.ts';
import { compileMap } from '../../../runtime/maps/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { fc } from '../../properties.ts';
import { any, integer, list, object, text } from '../expressions/logical.ts';

const order = object({
  'lines?': list(object({ 'sku?': text, n: integer, 'tags?': list(text) })),
  'prices?': list(object({ 'sku?': text, n: integer, 'pence?': integer })),
});
const types: Readonly<Record<string, LogicalType>> = { order, anything: any };
const schemas = {
  find: (type: string) => (Object.hasOwn(types, type) ? { type, document: types[type] } : undefined),
  findByRoot: () => [],
  types: Object.keys(types),
  properties: new Map(),
} as unknown as SchemaSet;

function compile(fields: string, steps = 1_000_000) {
  const { source } = readYaml(
    'mappings/test.map.yaml',
    `map: test\nfrom: { order: order }\nto: anything\nfields:\n${fields}`,
  );
  const { map, findings } = compileMap(source, { schemas, lookups: new Map(), limit: { steps } });
  expect(findings).toEqual([]);
  return (document: unknown) => map!.transform([document]);
}

const LOOPS = 'each: { line: order.lines, price: order.prices }';
const PAIR = 'fields: { line: line.n, price: price.n, sku: line.sku }';
const pairs = (when: string) => `  Pairs:\n    ${LOOPS}\n    when: '${when}'\n    ${PAIR}\n`;

/** The same, in words that are not recognised. */
const bySize = (n: number) => ({
  lines: Array.from({ length: n }, (_, index) => ({ sku: `S${index}`, n: index })),
  prices: Array.from({ length: n }, (_, index) => ({ sku: `S${n - 1 - index}`, n: index })),
});

test.each([
  ['line.sku == price.sku', 2000],
  ['price.sku == line.sku && price.n >= 0', 2000],
  ['price.n >= 0 && (line.n >= 0 && line.sku == price.sku)', 2000],
  ['line.n == price.n', 2000],
  ['line.sku + "!" == price.sku + "!"', 2000],
])('%s of two lists of %d', (when, n) => {
  const { Pairs } = compile(pairs(when), 20_000)(bySize(n)) as { Pairs: unknown[] };
  expect(Pairs).toHaveLength(n);
});

test('children below their parents, each within each, and from another each', () => {
  const inner =
    "  Lines:\n    each: { line: order.lines }\n    fields:\n      n: line.n\n      prices: { each: { price: order.prices }, when: 'price.sku == line.sku', value: price.n }\n";
  const both = `${inner}${inner.replace('  Lines:', '  Again:')}`;
  const { Lines, Again } = compile(both, 20_000)(bySize(1500)) as Record<string, { n: number; prices: number[] }[]>;
  expect(Lines!.slice(0, 2)).toEqual([
    { n: 0, prices: [1499] },
    { n: 1, prices: [1498] },
  ]);
  expect(Again).toEqual(Lines);
});

test('what is no such equality is looked at pair by pair', () => {
  const few = bySize(30);
  for (const when of [
    'line.sku == price.sku || line.n == price.n',
    '!(line.sku != price.sku)',
    'line.sku == "S3"',
    'price.sku == "S3"',
    'line.sku + price.sku == "S1S2"',
    'size(order.prices.filter(price2, price2.sku == line.sku)) > 0 && price.n == 0',
  ]) {
    expect(() => compile(pairs(when), 300)(few)).toThrow('steps');
    expect(compile(pairs(when))(few)).toBeDefined();
  }
});

test('an error of a key is told as ever, at the condition', () => {
  const failing = compile(pairs('integer(price.sku) == line.n'));
  expect(() => failing(bySize(2))).toThrow(/test\.map\.yaml:7:\d+/);
});

const entry = fc.record(
  { sku: fc.constantFrom('a', 'b', 'c', ''), n: fc.integer({ min: 0, max: 3 }) },
  { requiredKeys: ['n'] },
);
const documents = fc.record(
  { lines: fc.array(entry, { maxLength: 6 }), prices: fc.array(entry, { maxLength: 6 }) },
  { requiredKeys: [] },
);

test.each([
  ['line.sku == price.sku', '!(line.sku != price.sku)'],
  ['line.n == price.n', '!(line.n != price.n)'],
  ['price.n > 0 && line.sku == price.sku', '!(line.sku != price.sku) && price.n > 0'],
])('%s is %s', (joined, plain) => {
  const [one, other] = [compile(pairs(joined)), compile(pairs(plain))];
  fc.assert(
    fc.property(documents, (document) => {
      expect(one(document)).toEqual(other(document));
    }),
  );
});

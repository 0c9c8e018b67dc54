/** The items of a list come out one by one, as text that means the same as in the whole. */

import { isBusError } from '../../../../runtime/errors/as-bus-error.ts';
import { JsonSplitter } from '../../../../runtime/schemas/json-schema/split-json.ts';
import { fc } from '../../../properties.ts';
import { thrown } from '../compiled.ts';

function split(json: string, records: string, size = 5): string[] {
  const splitter = new JsonSplitter(records);
  const bytes = Buffer.from(json);
  const found: string[] = [];
  for (let from = 0; from < bytes.byteLength; from += size)
    found.push(...splitter.push(bytes.subarray(from, from + size)));
  return [...found, ...splitter.end()];
}

const parsed = (items: readonly string[]) => items.map((item) => JSON.parse(item) as unknown);

test('the list at the root, or at a path of keys', () => {
  expect(split('[{"a":[1,"x,]"]}, 2 ,"z"]', '$')).toEqual(['{"a":[1,"x,]"]}', '2 ', '"z"']);
  const nested = '{"items":{"items":[9]},"meta":{"items":[0]},"orders":{"items":[{"id":1},{"id":2}]},"more":[3]}';
  expect(parsed(split(nested, 'orders.items'))).toEqual([{ id: 1 }, { id: 2 }]);
  expect(parsed(split('{"a\\u002eb":0,"b":[[1],[2,3]]}', 'b'))).toEqual([[1], [2, 3]]);
  expect(split('[]', '$')).toEqual([]);
});

test.each([
  ['[1,,2]', ['1', '', '2']],
  ['[1,2,]', ['1', '2', '']],
  ['[,]', ['', '']],
])('in %s what is missing is an item that cannot be read', (json, expected) => {
  for (const size of [1, 5]) expect(split(json, '$', size)).toEqual(expected);
});

test('a second list of that name is not passed over in silence', () => {
  expect(thrown(() => split('{"a":[1],"a":[2]}', 'a')).message).toContain('a second list');
});

test.each([
  ['[1],', '$', 'INTERCHANGE_SYNTAX'],
  ['{"a":1}', 'orders', 'INTERCHANGE_UNMATCHED'],
  ['{"orders":{}}', 'orders', 'INTERCHANGE_UNMATCHED'],
  ['[1,2', '$', 'INTERCHANGE_SYNTAX'],
  ['[1}', '$', 'INTERCHANGE_SYNTAX'],
  ['["x', '$', 'INTERCHANGE_SYNTAX'],
  ['[1] 2', '$', 'INTERCHANGE_SYNTAX'],
  ['['.repeat(300), '$', 'NESTED_TOO_DEEP'],
])('%s is refused', (json, records, code) => {
  expect(thrown(() => split(json, records)).code).toBe(code);
});

test('in pieces of any size it is what parsing the whole gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 8 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      (items, pretty, size) => {
        const list = JSON.stringify({ before: items, list: { of: items } }, undefined, pretty ? 2 : 0);
        expect(parsed(split(list, 'list.of', size))).toEqual(JSON.parse(JSON.stringify(items)));
      },
    ),
    { seed: 6, numRuns: 500 },
  );
});

test('any text gives items or says what is wrong with it', () => {
  const piece = fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', '1', '"a"', ' ', '\n', 'é', '"list":');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom('$', 'list'), (pieces, records) => {
      try {
        split(pieces.join(''), records, 3);
      } catch (error) {
        if (!isBusError(error) || error.kind !== 'message') throw error;
      }
    }),
    { seed: 7, numRuns: 2000 },
  );
});

import { diff } from '../../../runtime/errors/diff.ts';
import { fc } from '../../properties.ts';

test.each<[unknown, unknown, string[]]>([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
  [{ a: 1 }, { a: '1' }, ['a: expected 1, got "1"']],
  [{ a: 1 }, {}, ['a: expected 1, got nothing']],
  [{}, { a: { b: 1 } }, ['a: expected nothing, got {"b":1}']],
  [{ a: [{ b: 1 }, 2] }, { a: [{ b: 3 }] }, ['a[0].b: expected 1, got 3', 'a[1]: expected 2, got nothing']],
  [{ a: null }, { a: [] }, ['a: expected null, got []']],
  [1, 2, ['the document: expected 1, got 2']],
  [{}, { toString: 1 }, ['toString: expected nothing, got 1']],
])('%j and %j', (expected, actual, lines) => {
  expect(diff(expected, actual)).toEqual(lines);
});

test('many differences are cut short', () => {
  const numbers = Array.from({ length: 80 }, (_, index) => index);
  expect(diff(numbers, [])).toHaveLength(51);
  expect(diff(numbers, []).at(-1)).toBe('and 30 more differences');
});

test('there are none exactly where the documents are the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(diff(a, structuredClone(a))).toEqual([]);
      if (diff(a, b).length === 0) expect(a).toEqual(b);
    }),
  );
});

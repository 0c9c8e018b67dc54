import fc from 'fast-check';
import { copyPlain } from '../../../runtime/orchestration/copy-plain.ts';

test('a copy is equal to the original and shares nothing with it', () => {
  fc.assert(
    fc.property(
      fc.json().map((text) => JSON.parse(text) as unknown),
      (value) => {
        const copy = copyPlain(value);
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
        if (typeof value === 'object') expect(copy === value).toBe(value === null);
      },
    ),
  );
});

test('a field called __proto__ is a field', () => {
  const copy = copyPlain(JSON.parse('{"__proto__":{"admin":true}}') as { admin?: boolean });
  expect(copy.admin).toBeUndefined();
  expect(Object.keys(copy)).toEqual(['__proto__']);
});

test('what is no plain JSON is copied as structuredClone does', () => {
  const at = new Date(5);
  expect(copyPlain({ at, list: [new Map([['a', 1]])] })).toEqual({ at, list: [new Map([['a', 1]])] });
});

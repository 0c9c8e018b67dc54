import {
  add,
  compare,
  type Decimal,
  divide,
  formatDecimal,
  multiply,
  parseDecimal,
  round,
  subtract,
  toDecimal,
  trimmed,
} from '../../../runtime/expressions/decimal.ts';
import { fc } from '../../properties.ts';

const decimals = fc.record({
  units: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  scale: fc.integer({ min: 0, max: 20 }),
});

/** Everything as a whole number of 10^-40. */
const reference = ({ units, scale }: Decimal) => units * 10n ** BigInt(40 - scale);

test('what is written is read again', () => {
  fc.assert(fc.property(decimals, (value) => expect(parseDecimal(formatDecimal(value))).toEqual(value)));
});

test('sums, differences, products and order are those of whole numbers', () => {
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      expect(reference(add(a, b))).toBe(reference(a) + reference(b));
      expect(reference(subtract(a, b))).toBe(reference(a) - reference(b));
      expect(reference(multiply(a, b))).toBe((reference(a) * reference(b)) / 10n ** 40n);
      expect(Math.sign(compare(a, b))).toBe(reference(a) < reference(b) ? -1 : reference(a) > reference(b) ? 1 : 0);
      expect(compare(trimmed(a), a)).toBe(0);
    }),
  );
});

test('a quotient is off by at most half a last digit, and halves go to the even one', () => {
  fc.assert(
    fc.property(decimals, decimals, fc.integer({ min: 0, max: 15 }), (a, b, places) => {
      fc.pre(b.units !== 0n);
      const result = divide(a, b, places);
      expect(result.scale).toBe(places);
      const error = subtract(multiply(result, b), a);
      const half = multiply(
        { units: b.units < 0n ? -b.units : b.units, scale: b.scale },
        { units: 5n, scale: places + 1 },
      );
      const size = { units: error.units < 0n ? -error.units : error.units, scale: error.scale };
      expect(compare(size, half)).toBeLessThanOrEqual(0);
      if (compare(size, half) === 0) expect(result.units % 2n).toBe(0n);
    }),
  );
});

test.each([
  ['2.345', 2, '2.35', '2.34'],
  ['2.355', 2, '2.36', '2.36'],
  ['-2.345', 2, '-2.35', '-2.34'],
  ['2.3', 2, '2.30', '2.30'],
  ['0.5', 0, '1', '0'],
  ['-0.05', 0, '0', '0'],
])('%s to %i places', (value, places, up, even) => {
  expect(formatDecimal(round(toDecimal(value), places))).toBe(up);
  expect(formatDecimal(round(toDecimal(value), places, 'half-even'))).toBe(even);
});

test.each(['', '.', '-', '1.2.3', 'e3', '1e', '0x10', 'NaN', 'Infinity', '1,5', '1 2', '1e9999'])(
  '%j is none',
  (value) => {
    expect(parseDecimal(value)).toBeUndefined();
  },
);

test.each([
  [1e21, '1000000000000000000000'],
  [1e-7, '0.0000001'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['+1.20', '1.20'],
  ['-0.05', '-0.05'],
])('%p is %s', (value, expected) => {
  expect(formatDecimal(toDecimal(value))).toBe(expected);
});

test('numbers that would never end are refused', () => {
  expect(() => formatDecimal({ units: 10n ** 1200n, scale: 0 })).toThrow('more than 1000 digits');
  expect(parseDecimal('9'.repeat(5000))).toBeUndefined();
});

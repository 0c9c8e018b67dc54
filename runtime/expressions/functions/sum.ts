/** The sum of a list of numbers, exact where they are decimals; absent items are skipped. */
import { checkNumbers, numbersOf, numericOf } from '../aggregate.ts';
import { add, type Decimal, formatDecimal, toDecimal } from '../decimal.ts';
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const sum: ExpressionFunction = {
  name: 'sum',
  summary: 'The sum of a list of numbers, exact where they are decimals; absent items are skipped.',
  example: { text: 'sum([1, 2, 3])', gives: 6 },
  parameters: [{ name: 'list', kind: 'list' }],
  returns: numericOf,
  prepare: (args) => {
    const { problem } = checkNumbers(args);
    if (problem) return { problem };
    return numericOf(args).kind === 'decimal' ? { run: (items: readonly unknown[]) => exact(numbersOf([items])) } : {};
  },
  run: total,
};

function total(items: readonly unknown[]): unknown {
  const numbers = numbersOf([items]);
  if (numbers.some((number) => typeof number === 'string')) return exact(numbers);
  const result = (numbers as readonly number[]).reduce((sum, number) => sum + number, 0);
  return Number.isFinite(result) ? result : fail('sum: the result is too large');
}

const ZERO: Decimal = { units: 0n, scale: 0 };

const exact = (numbers: readonly unknown[]) => formatDecimal(numbers.map(toDecimal).reduce(add, ZERO));

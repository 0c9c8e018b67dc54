/** The mean of a list of numbers; an empty list gives nothing. */

import { checkNumbers, numbersOf } from '../aggregate.ts';
import { add, divide, formatDecimal, toDecimal, trimmed } from '../decimal.ts';
import type { ExpressionFunction } from '../function.ts';

export const average: ExpressionFunction = {
  name: 'average',
  summary: 'The mean of a list of numbers; an empty list gives nothing.',
  example: { text: 'average([1, 2, 6])', gives: 3 },
  parameters: [{ name: 'list', kind: 'list' }],
  returns: { kind: 'number' },
  nullable: () => true,
  prepare: checkNumbers,
  run: (items: readonly unknown[]) => meanOf(numbersOf([items])),
};

const PLACES = 20;

function meanOf(numbers: readonly unknown[]): number | null {
  if (numbers.length === 0) return null;
  const sum = numbers.map(toDecimal).reduce(add);
  return Number(formatDecimal(trimmed(divide(sum, toDecimal(numbers.length), PLACES))));
}

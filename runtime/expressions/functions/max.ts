/** The largest of some numbers or of a list of them; an empty list gives nothing. */
import { checkNumbers, numbersOf, numericOf, orderNumbers } from '../aggregate.ts';
import type { ExpressionFunction } from '../function.ts';

export const max: ExpressionFunction = {
  name: 'max',
  summary: 'The largest of some numbers or of a list of them; an empty list gives nothing.',
  example: { text: 'max(7, 2, 3)', gives: 7 },
  parameters: [{ name: 'numbers', kind: 'any', many: true }],
  returns: numericOf,
  nullable: (args) => args.length === 1 || args.every(({ nullable }) => nullable),
  takesNull: true,
  unifies: true,
  prepare: checkNumbers,
  run: (...values: readonly unknown[]) => pick(values),
};

function pick(values: readonly unknown[]): unknown {
  const numbers = numbersOf(values);
  return numbers.length === 0 ? null : numbers.reduce((best, value) => (orderNumbers(value, best) > 0 ? value : best));
}

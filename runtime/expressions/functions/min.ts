/** The smallest of some numbers or of a list of them; an empty list gives nothing. */
import { checkNumbers, extreme, numericOf } from '../aggregate.ts';
import type { ExpressionFunction } from '../function.ts';

export const min: ExpressionFunction = {
  name: 'min',
  summary: 'The smallest of some numbers or of a list of them; an empty list gives nothing.',
  example: { text: 'min(7, 2, 3)', gives: 2 },
  parameters: [{ name: 'numbers', kind: 'any', many: true }],
  returns: numericOf,
  nullable: (args) => args.length === 1 || args.every(({ nullable }) => nullable),
  takesNull: true,
  unifies: true,
  prepare: checkNumbers,
  run: (...values: readonly unknown[]) => extreme(values, -1),
};

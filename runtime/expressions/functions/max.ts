/** The largest of some numbers or of a list of them; an empty list gives nothing. */
import { checkNumbers, extreme, numericOf } from '../aggregate.ts';
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
  run: (...values: readonly unknown[]) => extreme(values, 1),
};

/** The largest whole number that is not above the number. */
import type { ExpressionFunction } from '../function.ts';
import { wholeBelow } from '../whole.ts';

export const floor: ExpressionFunction = {
  name: 'floor',
  summary: 'The largest whole number that is not above the number.',
  example: { text: 'floor(2.7)', gives: 2 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'integer' },
  run: wholeBelow,
};

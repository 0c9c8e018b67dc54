/** The smallest whole number that is not below the number. */
import type { ExpressionFunction } from '../function.ts';
import { wholeAbove } from '../whole.ts';

export const ceiling: ExpressionFunction = {
  name: 'ceiling',
  summary: 'The smallest whole number that is not below the number.',
  example: { text: 'ceiling(2.1)', gives: 3 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'integer' },
  run: wholeAbove,
};

/** The number e to the power of a number. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const exp: ExpressionFunction = {
  name: 'exp',
  summary: 'The number e to the power of a number.',
  example: { text: 'exp(0)', gives: 1 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('exp', given, (value) => Math.exp(value)),
};

/** The logarithm of a number to the base 10. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const log10: ExpressionFunction = {
  name: 'log10',
  summary: 'The logarithm of a number to the base 10.',
  example: { text: 'log10(1000)', gives: 3 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('log10', given, (value) => Math.log10(value)),
};

/** The natural logarithm of a number. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const ln: ExpressionFunction = {
  name: 'ln',
  summary: 'The natural logarithm of a number.',
  example: { text: 'ln(1)', gives: 0 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('ln', given, (value) => Math.log(value)),
};

/** The square root of a number. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const sqrt: ExpressionFunction = {
  name: 'sqrt',
  summary: 'The square root of a number.',
  example: { text: 'sqrt(9)', gives: 3 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('sqrt', given, (value) => Math.sqrt(value)),
};

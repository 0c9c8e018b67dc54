/** The cosine of an angle in radians. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const cos: ExpressionFunction = {
  name: 'cos',
  summary: 'The cosine of an angle in radians.',
  example: { text: 'cos(0)', gives: 1 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('cos', given, (value) => Math.cos(value)),
};

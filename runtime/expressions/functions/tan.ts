/** The tangent of an angle in radians. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const tan: ExpressionFunction = {
  name: 'tan',
  summary: 'The tangent of an angle in radians.',
  example: { text: 'tan(0)', gives: 0 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('tan', given, (value) => Math.tan(value)),
};

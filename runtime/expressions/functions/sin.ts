/** The sine of an angle in radians. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const sin: ExpressionFunction = {
  name: 'sin',
  summary: 'The sine of an angle in radians.',
  example: { text: 'sin(0)', gives: 0 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('sin', given, (value) => Math.sin(value)),
};

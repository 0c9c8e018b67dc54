/** The angle, in radians, whose tangent is the number. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const arctan: ExpressionFunction = {
  name: 'arctan',
  summary: 'The angle, in radians, whose tangent is the number.',
  example: { text: 'arctan(0)', gives: 0 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: { kind: 'number' },
  run: (given: unknown) => real('arctan', given, (value) => Math.atan(value)),
};

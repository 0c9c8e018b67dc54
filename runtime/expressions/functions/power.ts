/** A number to the power of another. */
import type { ExpressionFunction } from '../function.ts';
import { real } from '../real.ts';

export const power: ExpressionFunction = {
  name: 'power',
  summary: 'A number to the power of another.',
  example: { text: 'power(2, 10)', gives: 1024 },
  parameters: [
    { name: 'base', kind: 'numeric' },
    { name: 'exponent', kind: 'numeric' },
  ],
  returns: { kind: 'number' },
  run: (base: unknown, exponent: unknown) => real('power', base, (value) => value ** Number(exponent)),
};

/** The number without its sign. */
import { type Decimal, formatDecimal, toDecimal } from '../decimal.ts';
import type { ExpressionFunction } from '../function.ts';

export const abs: ExpressionFunction = {
  name: 'abs',
  summary: 'The number without its sign.',
  example: { text: 'abs(-3)', gives: 3 },
  parameters: [{ name: 'number', kind: 'numeric' }],
  returns: (args) => args[0]?.type ?? { kind: 'number' },
  run: (value: unknown) => (typeof value === 'number' ? Math.abs(value) : formatDecimal(absolute(toDecimal(value)))),
};

const absolute = ({ units, scale }: Decimal): Decimal => ({ units: units < 0n ? -units : units, scale });

/** A text or number as an exact decimal, which travels as text and keeps its digits. */
import { formatDecimal, toDecimal } from '../decimal.ts';
import type { ExpressionFunction } from '../function.ts';

export const decimal: ExpressionFunction = {
  name: 'decimal',
  summary: 'A text or number as an exact decimal, which travels as text and keeps its digits.',
  example: { text: 'decimal("0.10") + decimal("0.2")', gives: '0.30' },
  parameters: [{ name: 'value', kind: 'scalar' }],
  returns: { kind: 'decimal' },
  run: (value: unknown) => formatDecimal(toDecimal(value)),
};

/** A text or decimal as a number. */
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const number: ExpressionFunction = {
  name: 'number',
  summary: 'A text or decimal as a number.',
  example: { text: 'number("12.5")', gives: 12.5 },
  parameters: [{ name: 'value', kind: 'scalar' }],
  returns: { kind: 'number' },
  run: toNumber,
};

function toNumber(value: unknown): number {
  const found =
    typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$/.test(value)
      ? Number(value)
      : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : fail(`${JSON.stringify(value)} is not a number`);
}

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

/** No number is longer; the form would be looked for in the square of the length. */
const LONGEST = 1_000;

function toNumber(value: unknown): number {
  const found =
    typeof value === 'string' &&
    value.length <= LONGEST &&
    /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$/.test(value)
      ? Number(value)
      : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : fail(`${JSON.stringify(value)} is not a number`);
}

/** A text or number as a whole number; a fraction is an error, round it first. */

import { parseDecimal, trimmed } from '../decimal.ts';
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const integer: ExpressionFunction = {
  name: 'integer',
  summary: 'A text or number as a whole number; a fraction is an error, round it first.',
  example: { text: 'integer("042")', gives: 42 },
  parameters: [{ name: 'value', kind: 'scalar' }],
  returns: { kind: 'integer' },
  run: toInteger,
};

function toInteger(value: unknown): number {
  const decimal = parseDecimal(value);
  const exact = decimal && trimmed(decimal);
  const found = exact?.scale === 0 ? Number(exact.units) : Number.NaN;
  return Number.isSafeInteger(found) ? found : fail(`${JSON.stringify(value)} is not a whole number`);
}

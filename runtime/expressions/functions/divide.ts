/** Exact division of decimals, rounded half to even to so many places. */
import * as decimals from '../decimal.ts';
import { formatDecimal, placesOf, toDecimal } from '../decimal.ts';
import type { ExpressionFunction } from '../function.ts';

export const divide: ExpressionFunction = {
  name: 'divide',
  summary: 'Exact division of decimals, rounded half to even to so many places.',
  example: { text: 'divide(10, 3, 2)', gives: '3.33' },
  parameters: [
    { name: 'dividend', kind: 'numeric' },
    { name: 'divisor', kind: 'numeric' },
    { name: 'places', kind: 'integer' },
  ],
  returns: { kind: 'decimal' },
  run: (a: unknown, b: unknown, places: number) =>
    formatDecimal(decimals.divide(toDecimal(a), toDecimal(b), placesOf(places))),
};

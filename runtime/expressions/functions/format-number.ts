/** A number with so many places and a comma between thousands. */

import { formatDecimal, placesOf, round, toDecimal } from '../decimal.ts';
import type { ExpressionFunction } from '../function.ts';

export const formatNumber: ExpressionFunction = {
  name: 'formatNumber',
  summary: 'A number with so many places and a comma between thousands.',
  example: { text: 'formatNumber(1234567.5, 2)', gives: '1,234,567.50' },
  parameters: [
    { name: 'number', kind: 'numeric' },
    { name: 'places', kind: 'integer' },
  ],
  returns: { kind: 'string' },
  run: (value: unknown, places: number) =>
    formatDecimal(round(toDecimal(value), placesOf(places))).replace(/\B(?=(\d{3})+(?!\d)(?=\.|$))/g, ','),
};

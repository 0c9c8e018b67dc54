/** The number to so many places (none, if not given), halves away from zero; a decimal stays one. */
import type { LogicalType } from '../../contracts/schema.ts';
import { formatDecimal, placesOf, round as roundTo, toDecimal } from '../decimal.ts';
import type { Argument, ExpressionFunction } from '../function.ts';

export const round: ExpressionFunction = {
  name: 'round',
  summary: 'The number to so many places (none, if not given), halves away from zero; a decimal stays one.',
  example: { text: 'round(decimal("2.345"), 2)', gives: '2.35' },
  parameters: [
    { name: 'number', kind: 'numeric' },
    { name: 'places', kind: 'integer', optional: true },
  ],
  returns: rounded,
  run: (value: unknown, places = 0) =>
    typeof value === 'string'
      ? formatDecimal(roundTo(toDecimal(value), placesOf(places)))
      : Number(formatDecimal(roundTo(toDecimal(value), placesOf(places)))),
};

function rounded([value, places]: readonly Argument[]): LogicalType {
  if (value?.type.kind === 'decimal' || value?.type.kind === 'any') return value.type;
  return places === undefined || places.literal?.value === 0 ? { kind: 'integer' } : { kind: 'number' };
}

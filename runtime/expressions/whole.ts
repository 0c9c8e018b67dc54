/** The whole numbers next to others. A decimal is looked at exactly. */
import { toDecimal } from './decimal.ts';
import { fail } from './failure.ts';

export function wholeBelow(value: unknown): number {
  if (typeof value === 'number') return safe(Math.floor(value));
  const { units, scale } = toDecimal(value);
  const one = 10n ** BigInt(scale);
  const rest = ((units % one) + one) % one;
  return safe(Number((units - rest) / one));
}

export function wholeAbove(value: unknown): number {
  if (typeof value === 'number') return safe(Math.ceil(value));
  const { units, scale } = toDecimal(value);
  const below = wholeBelow(value);
  return units % 10n ** BigInt(scale) === 0n ? below : safe(below + 1);
}

/** Without a negative zero. */
const safe = (value: number) =>
  Number.isSafeInteger(value) ? value + 0 : fail('the result has more digits than a whole number keeps');

/**
 * Exact decimal arithmetic over BigInt. Decimals travel as text in plain notation ("-12.50"); digits are kept as given.
 * Nothing here rounds unless a number of places is asked for.
 */
import { fail } from './failure.ts';

/** units / 10^scale */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

export type Rounding = 'half-even' | 'half-up';

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
/** Longer numbers are refused, so that no expression computes for ever. */
const MOST_DIGITS = 1_000;

/** Takes text or a number (by its shortest notation); undefined when it is not a decimal. */
export function parseDecimal(value: unknown): Decimal | undefined {
  const match = FORM.exec(typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '');
  if (!match || (!match[2] && !match[3]) || match[0].length > MOST_DIGITS) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const units = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > MOST_DIGITS) return undefined;
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

export function toDecimal(value: unknown): Decimal {
  return parseDecimal(value) ?? fail(`${JSON.stringify(value)} is not a decimal`);
}

export function formatDecimal({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  if (digits.length > MOST_DIGITS) fail(`the number has more than ${MOST_DIGITS} digits`);
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const rescaled = ({ units, scale }: Decimal, to: number) => (to === scale ? units : units * 10n ** BigInt(to - scale));

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: rescaled(a, scale) + rescaled(b, scale), scale };
}

export const negate = ({ units, scale }: Decimal): Decimal => ({ units: -units, scale });
export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negate(b));

export const multiply = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, scale: a.scale + b.scale });

/** Rounded to `places`. Fails on division by zero. */
export function divide(a: Decimal, b: Decimal, places: number, rounding: Rounding = 'half-even'): Decimal {
  if (b.units === 0n) fail('division by zero');
  const shift = places + b.scale - a.scale;
  const numerator = shift >= 0 ? a.units * 10n ** BigInt(shift) : a.units;
  const denominator = shift >= 0 ? b.units : b.units * 10n ** BigInt(-shift);
  return { units: quotient(numerator, denominator, rounding), scale: places };
}

/** To exactly so many places: rounded, or filled with zeros. */
export function round(value: Decimal, places: number, rounding: Rounding = 'half-up'): Decimal {
  if (value.scale <= places) return { units: rescaled(value, places), scale: places };
  return { units: quotient(value.units, 10n ** BigInt(value.scale - places), rounding), scale: places };
}

function quotient(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const whole = n / d;
  const twice = (n % d) * 2n;
  const up = twice > d || (twice === d && (rounding === 'half-up' || whole % 2n === 1n));
  const rounded = up ? whole + 1n : whole;
  return negative ? -rounded : rounded;
}

/** Negative, zero or positive, like a sort function. */
export function compare(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = rescaled(a, scale) - rescaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Without zeros at the end of the fraction. */
export function trimmed(value: Decimal): Decimal {
  let { units, scale } = value;
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return { units, scale };
}

const MOST_PLACES = 100;

/** A number of places that someone asked for. */
export function placesOf(places: number): number {
  return places >= 0 && places <= MOST_PLACES
    ? places
    : fail(`${places} is no number of places from 0 to ${MOST_PLACES}`);
}

/** What sum, min and max share: numbers given one by one or as a list, and how they compare whatever their kind. */
import type { LogicalType } from '../contracts/schema.ts';
import { compare, toDecimal } from './decimal.ts';
import { fail } from './failure.ts';
import type { Argument, Preparation } from './function.ts';
import { common, describe, isNumeric, isUnknown } from './logical-type.ts';

/** The numbers among the values and the items of lists; null is skipped. Fails on anything else. */
export function numbersOf(values: readonly unknown[]): readonly (number | string)[] {
  const flat = values.length === 1 && Array.isArray(values[0]) ? (values[0] as readonly unknown[]) : values;
  return flat.filter((value) => value !== null && value !== undefined).map(numberOf);
}

const numberOf = (value: unknown) =>
  typeof value === 'number' || typeof value === 'string' ? value : fail('only numbers can be added up or compared');

/** The type that some numbers, or the items of a list, have in common. */
export function numericOf(args: readonly Argument[]): LogicalType {
  const types = args.map(({ type }) => (type.kind === 'list' ? type.of : type));
  return types.length === 0 ? { kind: 'number' } : types.reduce(common);
}

/** The largest (`sign` 1) or smallest (`sign` -1) of some numbers; nothing of none. */
export function extreme(values: readonly unknown[], sign: 1 | -1): number | string | null {
  const numbers = numbersOf(values);
  if (numbers.length === 0) return null;
  return numbers.reduce((best, value) => (sign * order(value, best) > 0 ? value : best));
}

function order(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compare(toDecimal(a), toDecimal(b));
}

/** The arguments of sum, min and max must be numbers, as far as that is known. */
export function checkNumbers(args: readonly Argument[]): Preparation {
  const argument = args.findIndex((arg) => !isNumeric(numericOf([arg])) && !isUnknown(numericOf([arg])));
  if (argument < 0) return {};
  const message = `Numbers are wanted here, not ${describe(args[argument]!.type)}`;
  return { problem: { argument, message, help: 'Pick a number out of each item with list.map(item, item.field).' } };
}

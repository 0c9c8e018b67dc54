/** Functions of real numbers: what has no result, or one beyond all numbers, fails. */
import { fail } from './failure.ts';

export function real(name: string, given: unknown, work: (value: number) => number): number {
  const value = Number(given);
  const result = work(value);
  return Number.isFinite(result) ? result : fail(`${name} of ${String(given)} is not a number`);
}

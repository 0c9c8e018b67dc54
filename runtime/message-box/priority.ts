/**
 * Priorities. A message with one counts as older than it is: it goes before those that are less urgent and not much older.
 * Whatever waits long enough is older than anything new, so nothing starves.
 */
import type { Message } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';

/** By how much (ms) each level makes a message count as older. */
export const LEVEL = 10 * 60_000;
export const HIGHEST = 10;

/** Milliseconds; 0 without a priority. */
export function headStartOf({ context }: Pick<Message, 'context'>): number {
  const value = context.get(BUS.priority)?.value;
  return typeof value === 'number' && value > 0 ? Math.min(Math.trunc(value), HIGHEST) * LEVEL : 0;
}

/**
 * What certainly exists at each place, whichever way led there: constructed messages and initialised correlation sets.
 * Where ways join, only what all of them have is certain; `undefined` is a place that nothing reaches.
 */
import type { Path } from '../contracts/source.ts';
import type { Formula, Known } from './program.ts';

export type { Known };

export type Reached = Known | undefined;

export interface Flow {
  /** Walks a block; what is certain after it. */
  block(id: string, before: Known): Reached;
  /** Reports messages that may not exist. */
  uses(names: readonly string[], path: Path, before: Known): void;
  formula(formula: Formula, before: Known): void;
  /** Reports correlation sets that may have no values. */
  follows(sets: readonly string[], path: Path, before: Known): void;
  /** A message exists from here on, and so do the sets that take their values from it. */
  make(name: string, before: Known): Known;
  initialise(sets: readonly string[], before: Known): Known;
  /** A place where a request by the port may fail, and what is certain there. */
  fails(port: string, known: Known): void;
  /** Runs `walk`; then `at` is what is certain wherever a request by the port may have failed meanwhile. */
  failing<T>(walk: () => T): { readonly result: T; readonly at: (port: string) => Reached };
  /** A scope's compensation block: it runs later, where `compensate` asks for it or an enclosing scope fails. */
  compensation(scope: string, block: string, after: Known): void;
  /** A place that compensates a scope of that name, or `all`. */
  compensates(name: string, before: Known): void;
}

export const NOTHING: Known = { messages: new Set(), sets: new Set() };

export function join(ways: readonly Reached[]): Reached {
  const open = ways.filter((way) => way !== undefined);
  const [first, ...others] = open;
  return first && others.reduce(both, first);
}

const both = (a: Known, b: Known): Known => ({
  messages: a.messages.intersection(b.messages),
  sets: a.sets.intersection(b.sets),
});

export const either = (a: Known, b: Known): Known => ({
  messages: a.messages.union(b.messages),
  sets: a.sets.union(b.sets),
});

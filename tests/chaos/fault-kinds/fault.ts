/** Something that is done to the stage, and undone. */
import type { Chance } from '../../town/random.ts';

export interface Scene {
  readonly chance: Chance;
  /** Nothing else is wrong at the time. */
  readonly alone: boolean;
  /** A run of many minutes: leases may be waited for. */
  readonly long: boolean;
  /** What is done, for whoever watches. */
  say(text: string): void;
  /** Waits until some of what was sent from now on has arrived at systems other than `system`; tells when nothing does. */
  othersGoOn(system: string): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** Two faults of one part are never there at a time. */
  readonly part: string;
  /** Resolves when everything is well again. Rejects when something would not come back. */
  run(scene: Scene): Promise<void>;
}

/** Milliseconds between two numbers of seconds. */
export const between = (chance: Chance, from: number, to: number) =>
  Math.round(1000 * (from + chance.next() * (to - from)));

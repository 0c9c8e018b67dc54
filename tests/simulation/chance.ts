/** Chance that hangs on names: the same seed and name give the same number, whatever else happened before. */
import type { Random } from '../../runtime/contracts/clock.ts';

/** A number in [0, 1) for a name. */
export type Chance = (name: string) => number;

export function createChance(seed: number): Chance {
  return (name) => {
    let hash = (0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1)) >>> 0;
    for (let index = 0; index < name.length; index += 1) {
      hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
    }
    return mixed(hash) / 2 ** 32;
  };
}

/** A stream of numbers in [0, 1). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mixed(state);
  };
  return () => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53;
}

/** The seed of a stream of its own. */
export const seedFrom = (chance: Chance, name: string): number => Math.floor(chance(name) * 2 ** 32);

/** A whole number from 0 to `below` - 1. */
export const below = (limit: number, random: Random): number => Math.floor(random() * limit);

export function pick<T>(list: readonly T[], random: Random): T {
  return list[below(list.length, random)]!;
}

/** The last step of MurmurHash3: every bit of the input reaches every bit of the output. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

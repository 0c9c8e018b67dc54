/** One bad input after the other: each is taken or refused with a BusError. */
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { createChance, createRandom, seedFrom } from '../simulation/chance.ts';
import { mutate } from './mutate.ts';
import type { Target } from './targets.ts';

export interface Fault {
  readonly target: string;
  readonly seed: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

/** The input of a seed: the same every time. */
export const inputOf = ({ name, seeds }: Target, seed: number): Buffer =>
  mutate(seeds, createRandom(seedFrom(createChance(seed), name)));

/** Undefined where it was taken, or refused as it should be. */
export async function tryOne(target: Target, seed: number): Promise<Fault | undefined> {
  const bytes = inputOf(target, seed);
  try {
    await target.run(bytes);
    return undefined;
  } catch (thrown) {
    if (isBusError(thrown) && thrown.code !== 'ADAPTER_BUG') return undefined;
    const reason = Error.isError(thrown) ? (thrown.stack ?? thrown.message) : String(thrown);
    return { target: target.name, seed, reason, bytes };
  }
}

/**
 * Where faults strike. Every place where one may strike has a name (who, what, the how-manieth time); by chance the seed
 * and that name decide, so that taking one fault out leaves the others in their places. A list of faults can be given
 * instead of chance: that is how a failing run is shortened.
 */
import { type Chance, createRandom, pick } from './chance.ts';

export type Place = 'commit' | 'claim' | 'read' | 'wake' | 'take' | 'own' | 'send';

export interface Fault {
  readonly kind: string;
  /** How long it takes, where it takes time. */
  readonly ms: number;
}

export type FaultList = ReadonlyMap<string, Fault>;

export interface Faults {
  /** The fault at the next passing of `name`, if any. */
  strike(place: Place, name: string): Fault | undefined;
  /** Those that struck, in order. */
  readonly struck: FaultList;
  /** Every place that was passed, whether a fault struck or not. */
  readonly passed: readonly { readonly place: Place; readonly site: string }[];
  /** From now on none strikes. */
  end(): void;
}

interface Kind {
  readonly kind: string;
  /** Of a thousand passings. */
  readonly rate: number;
  readonly least: number;
  readonly most: number;
}

const fault = (kind: string, rate: number, least = 0, most = 0): Kind => ({ kind, rate, least, most });

const KINDS: Readonly<Record<Place, readonly Kind[]>> = {
  commit: [
    fault('crash-before', 8),
    fault('crash-after', 12),
    fault('refused', 15),
    fault('unknown', 15),
    fault('slow', 20, 20, 4000),
    fault('stalled', 12, 61_000, 80_000),
  ],
  claim: [fault('crash-before', 0.7), fault('crash-after', 1.5), fault('refused', 6), fault('unknown', 3)],
  read: [fault('refused', 12)],
  wake: [fault('missed', 250), fault('late', 60, 5, 800), fault('doubled', 100)],
  take: [fault('crash-before', 10), fault('late', 60, 1, 200)],
  own: [fault('refused', 30), fault('unknown', 20), fault('slow', 30, 20, 9000), fault('crash-after', 4)],
  send: [
    fault('unreachable', 90),
    fault('refused', 20),
    fault('hangs', 25),
    fault('accepts-then-hangs', 25),
    fault('accepts-then-fails', 50),
    fault('slow', 60, 300, 4500),
    fault('breaks', 8),
  ],
};

/** Every fault that may strike at a place, as long as it can be. */
export const faultsAt = (place: Place): readonly Fault[] => KINDS[place].map(({ kind, most }) => ({ kind, ms: most }));

/** Some worlds are calm in one respect and wild in another. */
const WEIGHTS = [0, 0.5, 1, 1, 2.5];

export function createFaults(chance: Chance, seed: number, given?: FaultList): Faults {
  const random = createRandom(seed);
  const weights = new Map(Object.keys(KINDS).map((place) => [place, pick(WEIGHTS, random)]));
  const counts = new Map<string, number>();
  const struck = new Map<string, Fault>();
  const passed: { place: Place; site: string }[] = [];
  let ended = false;

  function byChance(place: Place, site: string): Fault | undefined {
    let rest = chance(site) * 1000;
    for (const { kind, rate, least, most } of KINDS[place]) {
      rest -= rate * weights.get(place)!;
      if (rest < 0) return { kind, ms: Math.round(least + (most - least) * chance(`${site} ms`)) };
    }
    return undefined;
  }

  return {
    struck,
    passed,
    end: () => {
      ended = true;
    },
    strike(place, name) {
      if (ended) return undefined;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const site = `${name} #${count}`;
      passed.push({ place, site });
      const found = given ? given.get(site) : byChance(place, site);
      if (found) struck.set(site, found);
      return found;
    },
  };
}

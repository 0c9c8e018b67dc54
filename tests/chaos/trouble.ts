/** Makes trouble until its time is over: fault upon fault as the seed decides, sometimes two at a time, with pauses between. */
import { type Chance, chanceOf } from '../town/random.ts';
import { pause } from '../town/system.ts';
import { arrivedIn } from './arrivals.ts';
import type { Breach } from './evidence.ts';
import { between, type Fault, type Scene } from './fault-kinds/fault.ts';
import { faultsFor } from './faults.ts';
import type { Sent } from './sent.ts';
import type { Stage } from './stage.ts';

export interface Trouble {
  /** How often each fault was there. */
  readonly faults: Readonly<Record<string, number>>;
  readonly breaches: readonly Breach[];
}

export interface TroubleOptions {
  readonly seed: number;
  /** Milliseconds. */
  readonly time: number;
  say(text: string): void;
}

/** From here on leases may be waited for. */
const LONG = 4 * 60_000;
const PATIENCE = 40_000;
/** So many must arrive elsewhere before an outage ends. */
const ENOUGH = 3;

export async function makeTrouble(stage: Stage, sent: Sent, options: TroubleOptions): Promise<Trouble> {
  const { seed, time, say } = options;
  const chance = chanceOf(seed);
  const until = Date.now() + time;
  const faults: Record<string, number> = {};
  const breaches: Breach[] = [];
  const next = deckOf(faultsFor(stage), chance);

  async function run(fault: Fault, alone: boolean): Promise<void> {
    faults[fault.name] = (faults[fault.name] ?? 0) + 1;
    // A chance of its own: what happens at the same time draws in no certain order.
    const own = chanceOf(chance.below(2 ** 31));
    const othersGoOn = async (system: string) => breaches.push(...(await heldUpBy(system, stage, sent)));
    const scene: Scene = {
      chance: own,
      alone,
      long: time >= LONG,
      say,
      othersGoOn: async (system) => void (await othersGoOn(system)),
    };
    try {
      await fault.run(scene);
    } catch (thrown) {
      say(`${fault.name}: ${String(thrown)}`);
      breaches.push({ rule: 'fell', text: `after ${fault.name}: ${String(thrown)}` });
    }
  }

  while (Date.now() < until) {
    await pause(between(chance, 1, 3));
    const first = next();
    const second = chance.next() < 0.3 ? next() : undefined;
    const both = second && second.part !== first.part ? [first, second] : [first];
    await Promise.all(both.map((fault) => run(fault, both.length === 1)));
    await revive(stage, say, breaches);
  }
  return { faults, breaches };
}

/** Every fault once, in any order, and then all over again. */
function deckOf(faults: readonly Fault[], chance: Chance): () => Fault {
  let deck: Fault[] = [];
  return () => {
    if (deck.length === 0) deck = chance.shuffle(faults);
    return deck.pop()!;
  };
}

/** A host that has ended by itself is a defect; it is started again, as whoever watches over it would. */
async function revive({ hosts }: Stage, say: (text: string) => void, breaches: Breach[]): Promise<void> {
  for (const host of hosts.filter(({ up }) => !up)) {
    say(`${host.name} has ended by itself`);
    breaches.push({ rule: 'fell', text: `${host.name} has ended by itself; its log is ${host.log}` });
    await host.kill();
    await host.start().catch((thrown: unknown) => say(String(thrown)));
  }
}

/** G10: what was sent after an endpoint broke arrives elsewhere, as long as the endpoint stays broken. */
async function heldUpBy(system: string, { town }: Stage, sent: Sent): Promise<Breach[]> {
  const began = Date.now();
  for (;;) {
    const later = new Set([...sent.all.values()].filter(({ at }) => at >= began).map(({ tag }) => tag));
    const elsewhere = arrivedIn(town).arrivals.filter(
      ({ tag, end }) => later.has(tag) && !end.startsWith(`${system} `),
    );
    if (elsewhere.length >= ENOUGH) return [];
    if (Date.now() - began > PATIENCE) {
      return [
        { rule: 'held up', text: `while ${system} was away, ${elsewhere.length} arrived elsewhere in ${PATIENCE} ms` },
      ];
    }
    await pause(250);
  }
}

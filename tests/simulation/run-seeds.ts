/** Many seeds, one after the other, with their figures added up; the first that fail are shortened and told. */
import { planOf } from './plan.ts';
import type { PlantedBug } from './planted.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import type { StoreName } from './stores.ts';
import { tellFailure } from './tell.ts';

export interface Seeds {
  readonly from: number;
  /** No more after this many. */
  readonly count: number;
  /** No new one after this instant. */
  readonly until: number;
  readonly store: StoreName;
  readonly bug?: PlantedBug | undefined;
}

export interface Summary {
  readonly store: StoreName;
  readonly from: number;
  readonly seeds: number;
  readonly failed: readonly number[];
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly [figure: string]: unknown;
}

export interface Telling {
  progress(text: string): void;
  failure(text: string): void;
  now(): number;
  /** Milliseconds of processor time that this process has used. */
  cpu(): number;
}

/** Only so many failures are shortened: they are often one and the same. */
const TOLD = 3;
const EVERY = 250;

export async function runSeeds({ from, count, until, store, bug }: Seeds, telling: Telling): Promise<Summary> {
  const began = telling.now();
  const failed: number[] = [];
  const sums: Record<string, number> = {};
  const options = { store, ...(bug ? { bug: bug.plant } : {}) };
  let seeds = 0;
  for (let seed = from; seed < from + count && telling.now() < until; seed += 1) {
    const plan = planOf(seed);
    const outcome = await simulate(plan, options);
    seeds += 1;
    for (const [name, value] of Object.entries(outcome.figures)) sums[name] = (sums[name] ?? 0) + value;
    if (outcome.breaches.length > 0) {
      failed.push(seed);
      if (failed.length <= TOLD) {
        const how = `--seed ${seed} --store ${store}${bug ? ` --bug "${bug.name}"` : ''}`;
        telling.failure(tellFailure(seed, how, outcome, await shrink(plan, outcome, options)));
      }
    }
    if (seeds % EVERY === 0) telling.progress(`${seeds} seeds, ${failed.length} failed`);
  }
  const seconds = Math.round((telling.now() - began) / 100) / 10;
  const cpuSeconds = Math.round(telling.cpu() / 100) / 10;
  return { store, from, seeds, failed, seconds, cpuSeconds, ...sums };
}

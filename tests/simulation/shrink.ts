/**
 * Makes a failing run short: takes faults, things that happen and hosts out, many at first and then one by one, for as long
 * as what is left still breaks the same rule.
 */
import type { Fault, FaultList } from './faults.ts';
import type { Item, Plan } from './plan.ts';
import { type Outcome, type RunOptions, simulate } from './simulate.ts';

export interface Shrunk {
  readonly plan: Plan;
  readonly faults: FaultList;
  readonly outcome: Outcome;
  readonly runs: number;
}

/** Runs that one shrinking may take. */
const MOST_RUNS = 600;

export async function shrink(plan: Plan, failing: Outcome, options: RunOptions): Promise<Shrunk> {
  const rule = failing.breaches[0]!.rule;
  let runs = 0;

  async function stillFails(smaller: Plan, faults: FaultList): Promise<boolean> {
    if (runs >= MOST_RUNS) return false;
    runs += 1;
    const { breaches } = await simulate(smaller, { ...options, faults, story: false });
    return breaches.some((breach) => breach.rule === rule);
  }

  async function pass(before: Candidate): Promise<Candidate> {
    let { plan: smaller, faults } = before;
    const items = await fewer<Item>(smaller.items, (kept) => stillFails({ ...smaller, items: kept }, faults));
    smaller = { ...smaller, items };
    const struck = await fewer<[string, Fault]>([...faults], (kept) => stillFails(smaller, new Map(kept)));
    faults = new Map(struck);
    for (const simpler of simplerThan(smaller)) if (await stillFails(simpler, faults)) smaller = simpler;
    return { plan: smaller, faults };
  }

  let found: Candidate = { plan, faults: failing.faults };
  for (let before = Number.POSITIVE_INFINITY; sizeOf(found) < before; ) {
    before = sizeOf(found);
    found = await pass(found);
  }
  const outcome = await simulate(found.plan, { ...options, faults: found.faults, story: true });
  return { ...found, outcome: outcome.breaches.some((breach) => breach.rule === rule) ? outcome : failing, runs };
}

interface Candidate {
  readonly plan: Plan;
  readonly faults: FaultList;
}

const sizeOf = ({ plan, faults }: Candidate) => plan.items.length + faults.size + plan.hosts;

/** The same with fewer hosts, and without the operators who resume everything. */
function* simplerThan(plan: Plan): Iterable<Plan> {
  for (let hosts = 1; hosts < plan.hosts; hosts += 1) yield { ...plan, hosts };
  if (plan.resumesAll) yield { ...plan, resumesAll: false };
}

/** Leaves out halves, quarters, and in the end single entries, as long as the rest will do. */
async function fewer<T>(list: readonly T[], willDo: (kept: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let kept = list;
  for (let size = Math.ceil(kept.length / 2); kept.length > 0; size = Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await willDo(without)) kept = without;
      else from += size;
    }
    if (size === 1) break;
  }
  return kept;
}

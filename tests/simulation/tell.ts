/** A failing run in words: what was broken, by what little, the story, and how to see it again. */

import type { Shrunk } from './shrink.ts';
import type { Outcome } from './simulate.ts';

/** `how`: the options of the command that repeats it. */
export function tellFailure(seed: number, how: string, failing: Outcome, shrunk: Shrunk): string {
  const { plan, faults, outcome, runs } = shrunk;
  return [
    `Seed ${seed} broke ${count(failing.breaches.length, 'rule')}:`,
    ...failing.breaches.slice(0, 10).map(({ rule, text }) => `  ${rule}: ${text}`),
    `It takes ${count(plan.items.length, 'item')}, ${count(faults.size, 'fault')} and ${count(plan.hosts, 'host')} (${runs} runs):`,
    ...plan.items.map(({ name, at, ...item }) => `  ${name} at ${(at / 1000).toFixed(3)}s: ${JSON.stringify(item)}`),
    ...[...faults].map(([site, { kind, ms }]) => `  fault ${kind}${ms > 0 ? ` ${ms} ms` : ''} at ${site}`),
    'What happened then:',
    ...outcome.story,
    'What that broke:',
    ...outcome.breaches.map(({ rule, text }) => `  ${rule}: ${text}`),
    `To repeat it: npm run simulate -- ${how}`,
  ].join('\n');
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

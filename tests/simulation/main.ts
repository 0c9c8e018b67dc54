/**
 * `npm run simulate -- [--seeds N] [--from N] [--seed N] [--store memory|sqlite] [--minutes M] [--bug words]`: simulates the whole bus,
 * a seed a run. Progress and stories of what failed go to standard error, one line of JSON to standard output. Exit code
 * 1: a seed failed. `--seed` tells the whole story of one; `--bug` plants a bug of planted.ts, to see what a failure is like.
 */
import { parseArgs } from 'node:util';
import { planOf } from './plan.ts';
import { planted } from './planted.ts';
import { runSeeds } from './run-seeds.ts';
import { simulate } from './simulate.ts';
import { type StoreName, stores } from './stores.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    store: { type: 'string', default: 'memory' },
    minutes: { type: 'string' },
    bug: { type: 'string' },
  },
});

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const tell = (text: string) => void process.stderr.write(`${text}\n`);

function refuse(text: string): never {
  tell(text);
  process.exit(2);
}

function numberOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  return Number.isFinite(number) && number >= 0 ? number : refuse(`--${name} is a number, not ${text}.`);
}

const store = values.store as StoreName;
if (!Object.hasOwn(stores, store)) refuse(`There is no store ${store}; there is ${Object.keys(stores).join(', ')}.`);
const bug = values.bug === undefined ? undefined : planted.find(({ name }) => name.includes(values.bug!));
if (values.bug !== undefined && !bug) refuse(`There is no bug "${values.bug}".`);
const one = numberOf(values.seed, 'seed');
const minutes = numberOf(values.minutes, 'minutes');
const seeds = numberOf(values.seeds, 'seeds') ?? (minutes === undefined ? 2000 : Number.POSITIVE_INFINITY);
const until = minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + minutes * 60_000;

if (one !== undefined) {
  const { story, breaches } = await simulate(planOf(one), { store, story: true, ...(bug ? { bug: bug.plant } : {}) });
  tell(story.join('\n'));
  tell(breaches.length === 0 ? `Seed ${one} keeps every rule.` : `Seed ${one} broke:`);
  for (const { rule, text } of breaches) tell(`  ${rule}: ${text}`);
}
const from = one ?? numberOf(values.from, 'from')!;
const summary = await runSeeds(
  { from, count: one === undefined ? seeds : 1, until, store, bug },
  { progress: tell, failure: tell, now: Date.now, cpu },
);
process.stdout.write(`${JSON.stringify(summary)}\n`);
process.exitCode = summary.failed.length > 0 ? 1 : 0;

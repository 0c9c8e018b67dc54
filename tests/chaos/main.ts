/**
 * `npm run chaos -- [--minutes N] [--store sqlite|postgres] [--hosts N] [--seed S] [--rate R]`: the town, the bus and all they need as
 * real processes, a steady load, and faults as the seed decides; then everything is counted. Progress goes to standard error,
 * one line of JSON to standard output. Exit code 0 only if nothing was lost or doubled and every other guarantee held.
 */
import { parseArgs } from 'node:util';
import { endWithNpm } from '../town/end-with-npm.ts';
import { runChaos } from './run-chaos.ts';
import type { StoreName } from './stage.ts';

const STORES: readonly StoreName[] = ['sqlite', 'postgres'];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    store: { type: 'string', default: 'sqlite' },
    hosts: { type: 'string' },
    seed: { type: 'string' },
    rate: { type: 'string', default: '8' },
  },
});

const tell = (line: string) => void process.stderr.write(`${line}\n`);

function refuse(text: string): never {
  tell(text);
  process.exit(2);
}

function numberOf(text: string, name: string): number {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : refuse(`--${name} is a number above 0, not ${text}.`);
}

const store =
  STORES.find((name) => name === values.store) ?? refuse(`There is no store ${values.store}: ${STORES.join(', ')}.`);
const hosts = numberOf(values.hosts ?? (store === 'sqlite' ? '1' : '2'), 'hosts');
if (store === 'sqlite' && hosts > 1) refuse('A SQLite file belongs to one host.');

endWithNpm();
const seed = values.seed === undefined ? Date.now() % 1_000_000 : numberOf(values.seed, 'seed');
const minutes = numberOf(values.minutes, 'minutes');
const { breaches, ...result } = await runChaos({
  store,
  hosts,
  minutes,
  seed,
  rate: numberOf(values.rate, 'rate'),
  tell,
});
process.stdout.write(`${JSON.stringify({ ...result, breaches: breaches.length })}\n`);
if (result.folder !== undefined) tell(`Logs, journals and evidence are in ${result.folder}`);
process.exit(breaches.length === 0 ? 0 : 1);

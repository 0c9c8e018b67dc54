/**
 * `npm run bench -- [item ...] [--store sqlite|postgres|memory] [--json]`: measures the bus beside a limit written by hand,
 * in the same run. `npm run bench -- all` measures everything, keeps it and draws it. See docs/benchmarks.md.
 */
import { parseArgs } from 'node:util';
import { all } from './all.ts';
import { described } from './described.ts';
import { items } from './items.ts';
import type { Measured } from './measured.ts';
import { type Sizes, type StoreKind, standard } from './options.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string' },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    count: { type: 'string' },
    max: { type: 'string' },
    bytes: { type: 'string' },
    to: { type: 'string' },
    limit: { type: 'string' },
  },
});
const sizes: Sizes = {
  rounds: numberOf('rounds'),
  seconds: numberOf('seconds'),
  count: numberOf('count'),
  max: numberOf('max'),
  bytes: numberOf('bytes'),
};
/** Minutes that an item of `all` may take. */
const LIMIT = 15;
const chosen = positionals.length > 0 ? positionals : ['w1'];

// By its own choice, so that what was started ends as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (chosen.includes('all')) {
  const progress = (text: string) => void process.stderr.write(`${text}\n`);
  const out = (text: string) => void process.stdout.write(`${text}\n`);
  const limit = (positive('limit', values.limit) ?? LIMIT) * 60_000;
  const complete = await all({ store: storeOf(values.store), sizes, to: values.to, limit, out, progress });
  process.exitCode = complete ? 0 : 1;
} else {
  for (const name of chosen) {
    const measured = await measure(name);
    process.stdout.write(`${values.json ? JSON.stringify(measured) : described(measured)}\n`);
  }
}

async function measure(name: string): Promise<Measured> {
  const item = items[name];
  if (!item) fail(`There is no benchmark ${name}; there is ${Object.keys(items).join(', ')}, all.`);
  const store = storeOf(values.store) ?? item.stores[0]!;
  if (!item.stores.includes(store)) fail(`${name} is measured on ${item.stores.join(', ')}, not on ${store}.`);
  try {
    return await item.run({ ...sizes, store, progress: (text) => void process.stderr.write(`${name} ${text}\n`) });
  } catch (thrown) {
    // A plain one says enough; of any other it matters where it came from.
    if (Error.isError(thrown) && thrown.name !== 'Error') process.stderr.write(`${thrown.stack}\n`);
    return fail(Error.isError(thrown) ? thrown.message : String(thrown));
  }
}

function storeOf(text: string | undefined): StoreKind | undefined {
  if (text === undefined || text === 'sqlite' || text === 'postgres' || text === 'memory') return text;
  return fail(`There is no store ${text}; there is sqlite, postgres, memory.`);
}

function numberOf(name: keyof Sizes): number {
  return positive(name, values[name]) ?? standard[name];
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return value > 0 ? value : fail(`--${name} wants a number above 0, not ${text}.`);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

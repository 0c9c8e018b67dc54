/** Every benchmark still runs: sizes are the smallest that exercise it, and no time is asserted. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { all } from './all.ts';
import { startChild } from './child.ts';
import { httpLoad } from './http-load.ts';
import { items } from './items.ts';
import type { Measured } from './measured.ts';
import { openLimitTable } from './open-limit-table.ts';
import type { Options, Sizes, StoreKind } from './options.ts';
import { inPlace } from './place.ts';
import { plot } from './plot.ts';
import { quantile } from './round.ts';
import { tableOf } from './table.ts';
import { timed } from './timed.ts';

const sizes: Sizes = { rounds: 1, seconds: 0.2, count: 320, max: 1000, bytes: 1_500_000 };
const tiny = (store: StoreKind): Options => ({ ...sizes, max: 100, store, progress: () => {} });

/** Starting a server takes time, so these stand for the others that ask the MessageBox itself. */
const ON_POSTGRES = ['publish-10', 'settle', 'flat-waiting'];
const quick = Object.entries(items).flatMap(([name, item]) => [
  ...(item.stores.includes('sqlite') ? [[name, 'sqlite', item] as const] : []),
  ...(ON_POSTGRES.includes(name) ? [[name, 'postgres', item] as const] : []),
]);

test.each(quick)('%s on %s', async (name, store, item) => {
  const measured = await item.run(tiny(store));
  expect(measured).toMatchObject({ item: name, store });
  const { perSecond, limitPerSecond, ratio, p50, p99, limitP99, rssMb } = measured;
  for (const value of [perSecond, limitPerSecond, ratio, p50, p99, limitP99, rssMb]) expect(value).toBeGreaterThan(0);
  expect(p99).toBeGreaterThanOrEqual(p50);
  for (const [index, [, cost]] of (measured.curve ?? []).entries()) {
    expect([cost, measured.beside![index]]).toEqual([expect.any(Number), expect.any(Number)]);
  }
});

test('the limits by hand on PostgreSQL', async () => {
  await inPlace('postgres', async (place) => {
    const table = await openLimitTable(place);
    const seqs = await Promise.all(Array.from({ length: 5 }, () => table.insert(Buffer.from('body'), 2)));
    expect(new Set(seqs).size).toBe(5);
    const taken = (await Promise.all([table.take(4), table.take(100)])).map((work) => [...work]);
    expect(taken.map((work) => work.length)).toEqual([4, 6]);
    await Promise.all(taken.flat().map((work) => table.settle(work)));
    expect(await table.take(1)).toEqual([]);
    await table.close();
    const script = fileURLToPath(new URL('limit-w1-postgres.ts', import.meta.url));
    const databases = [await place.database(), await place.database()];
    const round = await httpLoad(sizes.seconds, async (sink) => {
      const children = databases.map((database) => startChild(script, [database, sink]));
      const told = await Promise.all(children.map((child) => child.next<{ http: string }>()));
      return { children, urls: told.map(({ http }) => http) };
    });
    expect(round.perSecond).toBeGreaterThan(0);
  });
});

test('all of a store: history and drawing', async () => {
  const to = mkdtempSync(join(tmpdir(), 'guildhall-bench-all-'));
  const out: string[] = [];
  const kept: ReturnType<typeof linesOf>[] = [];
  try {
    const progress = (text: string) => {
      if (/^\S+ on memory$/.test(text)) kept.push(linesOf(to));
    };
    const outcome = await all({
      store: 'memory',
      sizes,
      to,
      limit: 60_000,
      out: (text) => void out.push(text),
      progress,
    });
    expect(outcome).toBe(true);
    expect(kept.map((lines) => lines.map(({ results }) => results.length))).toEqual([[], [1], [2], [3]]);
    expect(out.join('\n')).toMatch(/^flat-waiting +memory .*(met|missed)$/m);
    expect(linesOf(to)).toHaveLength(1);
    const entry = linesOf(to)[0]!;
    expect(entry.results.map(({ item }) => item)).toEqual([
      'map',
      'flat-messages',
      'flat-subscriptions',
      'flat-waiting',
    ]);
    expect(readFileSync(join(to, 'docs', 'benchmarks.svg'), 'utf8')).toContain('flat-waiting');
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
});

/** What the history holds. */
function linesOf(to: string): { readonly results: Measured[]; readonly commit: string }[] {
  const history = join(to, 'tests', 'benchmarks', 'history');
  if (!existsSync(history)) return [];
  const [name, ...others] = readdirSync(history);
  expect(name).toMatch(/^\w+-\w+-\d+-cores\.jsonl$/);
  expect(others).toEqual([]);
  const lines = readFileSync(join(history, name!), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as ReturnType<typeof linesOf>[number]);
}

test('an item that takes too long is told of, and the table comes all the same', async () => {
  const to = mkdtempSync(join(tmpdir(), 'guildhall-bench-late-'));
  const out: string[] = [];
  try {
    const options = { store: 'memory', sizes, to, limit: 1, progress: () => {} } as const;
    expect(await all({ ...options, out: (text) => void out.push(text) })).toBe(false);
    expect(out.join('\n')).toMatch(/^not measured: map on memory: it was not done after .* minutes$/m);
    expect(out.filter((line) => line.startsWith('not measured'))).toHaveLength(4);
    expect(linesOf(to)).toEqual([]);
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
});

const made: Measured = {
  item: 'w1',
  store: 'sqlite',
  perSecond: 800,
  limitPerSecond: 1000,
  ratio: 0.8,
  p50: 1,
  p99: 40,
  limitP99: 10,
  rssMb: 100,
};
const curve = [
  [0, 10],
  [1000, 14],
] as const;
const flat: Measured = { ...made, item: 'flat-waiting', ratio: 1.4, curve, beside: [10, 10] };

test('the table tells what is met and what is missed', () => {
  const [, first, second] = tableOf([made, flat]).split('\n');
  expect(first).toContain('>= 0.7 met; p99 by limit 4 <= 3 missed');
  expect(second).toContain('<= 1.3 missed');
});

test('the drawing has a bar for each item and a line for each curve', () => {
  const entry = { date: '2026-01-01T00:00Z', commit: 'a<b', node: 'v26', cores: 2, sizes: {}, results: [made, flat] };
  const drawing = plot(entry);
  expect(drawing.match(/class="(met|missed)"/g)).toEqual(['class="met"', 'class="missed"']);
  expect(drawing.match(/<polyline/g)).toHaveLength(1);
  expect(drawing).toContain('a&lt;b');
});

test('all operations are counted, however many are under way', async () => {
  let done = 0;
  const run = async () => {
    await Promise.resolve();
    done += 1;
    return 2;
  };
  const { perSecond } = await timed({ operations: 100, atOnce: 7, run });
  expect(done).toBe(100);
  expect(Number.isFinite(perSecond)).toBe(true);
});

test('a round in which nothing was done is no measurement', async () => {
  await expect(timed({ operations: 0, atOnce: 7, run: async () => 1 })).rejects.toThrow('No message was dealt with');
});

test('quantiles', () => {
  expect([0, 0.5, 0.99, 1].map((share) => quantile([3, 1, 2, 4], share))).toEqual([1, 3, 4, 4]);
  expect(quantile([], 0.5)).toBe(0);
});

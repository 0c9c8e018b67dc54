/**
 * `npm run bench -- all`: every item on every durable store, each in a process of its own and for so long at most; a table of ratios; one
 * more line of history; the plot. An item that cannot be measured is told of and left out. What was measured is kept after each.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './child.ts';
import { type Entry, entryOf, historyName } from './history.ts';
import { items } from './items.ts';
import type { Measured } from './measured.ts';
import type { Sizes, StoreKind } from './options.ts';
import { plot } from './plot.ts';
import { tableOf } from './table.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface AllOptions {
  /** This store alone. */
  readonly store: StoreKind | undefined;
  readonly sizes: Sizes;
  /** The folder under which history and plot are written; by default the repository. */
  readonly to: string | undefined;
  /** How long (ms) an item may take before it counts as failed. */
  readonly limit: number;
  /** What is found, line by line. */
  out(text: string): void;
  /** What happens meanwhile. */
  progress(text: string): void;
}

/** False when an item could not be measured. */
export async function all(options: AllOptions): Promise<boolean> {
  const { store, sizes, to = here('../..'), out, progress } = options;
  const keep = keeper(to);
  const results: Measured[] = [];
  const failures: string[] = [];
  for (const [item, on] of plan(store)) {
    progress(`${item} on ${on}`);
    const outcome = await measure(item, on, options);
    if (typeof outcome === 'string') {
      failures.push(`${item} on ${on}: ${outcome}`);
      continue;
    }
    results.push(outcome);
    keep(entryOf(results, sizes));
  }
  out(tableOf(results));
  for (const failure of failures) out(`not measured: ${failure}`);
  return failures.length === 0;
}

function plan(only: StoreKind | undefined): readonly (readonly [item: string, store: StoreKind])[] {
  return Object.entries(items).flatMap(([item, { stores }]) =>
    stores
      .filter((store) => (only === undefined ? store !== 'memory' : store === only))
      .map((store) => [item, store] as const),
  );
}

/** What was measured, or why nothing was. */
async function measure(
  item: string,
  store: StoreKind,
  { sizes, limit, progress }: AllOptions,
): Promise<Measured | string> {
  const given = Object.entries(sizes).filter(([, value]) => Number.isFinite(value));
  const options = given.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = [here('main.ts'), item, '--store', store, '--json', ...options];
  const { code, out, err, late } = await run(args, limit, progress);
  if (late) return `it was not done after ${limit / 60_000} minutes`;
  if (code === 0) return JSON.parse(out) as Measured;
  return err.trim().split('\n').at(-1) || `it ended with ${code}`;
}

/** How long (ms) what is told to end may take for it. */
const GRACE = 10_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** It was told to end. */
  readonly late: boolean;
}

/** Its standard error is passed on line by line as well. */
function run(args: readonly string[], limit: number, progress: (text: string) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithUs(child);
    let out = '';
    let err = '';
    let late = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      err += `${line}\n`;
      progress(line);
    });
    const term = setTimeout(() => {
      late = true;
      child.kill('SIGTERM');
    }, limit);
    const kill = setTimeout(() => child.kill('SIGKILL'), limit + GRACE);
    child.once('error', reject).once('close', (code) => {
      clearTimeout(term);
      clearTimeout(kill);
      resolve({ code, out, err, late });
    });
  });
}

/** Writes the line of this run behind those that were there, each time anew. */
function keeper(to: string): (entry: Entry) => void {
  const history = join(to, 'tests', 'benchmarks', 'history', `${historyName()}.jsonl`);
  const drawing = join(to, 'docs', 'benchmarks.svg');
  const before = existsSync(history) ? readFileSync(history, 'utf8') : '';
  return (entry) => {
    for (const path of [history, drawing]) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${history}.new`, `${before}${JSON.stringify(entry)}\n`);
    renameSync(`${history}.new`, history);
    writeFileSync(drawing, plot(entry));
  };
}

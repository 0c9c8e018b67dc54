/**
 * `npm run bench -- all`: every item on every durable store, each in a process of its own; a table of ratios; one more line
 * of history; the plot. An item that cannot be measured is told of and left out.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
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
  /** What is found, line by line. */
  out(text: string): void;
  /** What happens meanwhile. */
  progress(text: string): void;
}

/** False when an item could not be measured. */
export async function all({ store, sizes, to = here('../..'), out, progress }: AllOptions): Promise<boolean> {
  const results: Measured[] = [];
  const failures: string[] = [];
  for (const [item, on] of plan(store)) {
    progress(`${item} on ${on}`);
    const outcome = await measure(item, on, sizes, progress);
    if (typeof outcome === 'string') failures.push(`${item} on ${on}: ${outcome}`);
    else results.push(outcome);
  }
  const entry = entryOf(results, sizes);
  out(tableOf(results));
  for (const failure of failures) out(`not measured: ${failure}`);
  if (results.length > 0) keep(entry, to);
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
  sizes: Sizes,
  progress: (text: string) => void,
): Promise<Measured | string> {
  const given = Object.entries(sizes).filter(([, value]) => Number.isFinite(value));
  const options = given.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { code, out, err } = await run([here('main.ts'), item, '--store', store, '--json', ...options], progress);
  if (code === 0) return JSON.parse(out) as Measured;
  return err.trim().split('\n').at(-1) || `it ended with ${code}`;
}

/** Its standard error is passed on line by line as well. */
function run(
  args: readonly string[],
  progress: (text: string) => void,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithUs(child);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      err += `${line}\n`;
      progress(line);
    });
    child.once('error', reject).once('close', (code) => resolve({ code, out, err }));
  });
}

function keep(entry: Entry, to: string): void {
  const history = join(to, 'tests', 'benchmarks', 'history', `${historyName()}.jsonl`);
  mkdirSync(dirname(history), { recursive: true });
  appendFileSync(history, `${JSON.stringify(entry)}\n`);
  const drawing = join(to, 'docs', 'benchmarks.svg');
  mkdirSync(dirname(drawing), { recursive: true });
  writeFileSync(drawing, plot(entry));
}

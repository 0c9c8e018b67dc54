/** What is kept of a run of all benchmarks: one line of JSON that names no machine. */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Measured } from './measured.ts';
import type { Sizes } from './options.ts';

export interface Entry {
  /** UTC, to the minute. */
  readonly date: string;
  /** `unknown` outside a clone; `+` at its end: with changes that are not committed. */
  readonly commit: string;
  readonly node: string;
  readonly cores: number;
  readonly sizes: Partial<Sizes>;
  readonly results: readonly Measured[];
}

/** The same for all machines of a kind: such as linux-x64-2-cores. */
export function historyName(): string {
  return `${process.platform}-${process.arch}-${availableParallelism()}-cores`;
}

export function entryOf(results: readonly Measured[], sizes: Sizes): Entry {
  return {
    date: `${new Date().toISOString().slice(0, 16)}Z`,
    commit: commit(),
    node: process.version,
    cores: availableParallelism(),
    sizes: Object.fromEntries(Object.entries(sizes).filter(([, size]) => Number.isFinite(size))),
    results,
  };
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

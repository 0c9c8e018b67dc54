/** Which files of a folder are ready to be taken: named by the pattern, ordinary files, and no longer written to. */
import { lstat, readdir } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import type { Instant } from '../../runtime/contracts/clock.ts';
import { codeOf } from '../../runtime/files/system-error.ts';
import { type BesideOptions, mayTake } from '../shared/beside.ts';
import { type Claim, claimAt } from './claim.ts';

export interface ReadyFile {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

interface Observed extends ReadyFile {
  /** Since when it has looked like this, by our own clock: a file server's may be wrong. */
  readonly since: Instant;
}

export interface ReadyOptions extends BesideOptions {
  readonly folder: string;
  readonly pattern: string;
  readonly stableFor: number;
  readonly sort: 'name' | 'mtime';
}

export interface Look {
  /** The files that are ready to be taken, in order. */
  readonly ready: readonly ReadyFile[];
  /** Claims of files that the pattern names, whoever made them. */
  readonly claims: readonly Claim[];
}

/** Gives a function that looks into the folder, and remembers from one look to the next. */
export function watchFolder(options: ReadyOptions): (now: Instant) => Promise<Look> {
  const { folder, pattern, stableFor, sort } = options;
  let known = new Map<string, Observed>();
  const wanted = (name: string) => matchesGlob(name, pattern) && (!name.startsWith('.') || pattern.startsWith('.'));

  async function observe(name: string, now: Instant): Promise<Observed | undefined> {
    const found = await statOf(join(folder, name));
    if (!found) return undefined;
    const before = known.get(name);
    const same = before?.size === found.size && before.modified === found.modified;
    return { name, ...found, since: same ? before.since : now };
  }

  return async (now) => {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const claims = files.flatMap((entry) => claimAt(folder, entry) ?? []).filter(({ name }) => wanted(name));
    const may = mayTake(new Set(files), options);
    const names = files.filter((name) => wanted(name) && !claimAt(folder, name) && may(name));
    const observed = await Promise.all(names.map((name) => observe(name, now)));
    known = new Map(observed.flatMap((file) => (file ? [[file.name, file]] : [])));
    const ready = [...known.values()].filter(({ since }) => now - since >= stableFor);
    return { claims, ready: ready.sort(sort === 'name' ? byName : byTime) };
  };
}

const byName = (a: ReadyFile, b: ReadyFile) => (a.name < b.name ? -1 : 1);
const byTime = (a: ReadyFile, b: ReadyFile) => a.modified - b.modified || byName(a, b);

async function statOf(path: string): Promise<{ size: number; modified: number } | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? { size: found.size, modified: found.mtimeMs } : undefined;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

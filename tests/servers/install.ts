/** Finds a server's program on this machine, or installs the distribution's own. */
import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Program {
  /** Where it lies when it is installed, as globs; the last that exists counts. */
  readonly places: readonly string[];
  /** Debian's package. */
  readonly debian: string;
  /** One sentence that says what is needed and how to get it, without its full stop. */
  readonly advice: string;
}

export function findInstalled({ places }: Program): string | undefined {
  return places.flatMap((place) => globSync(place).sort(byVersion)).at(-1);
}

/** The program's path. Installs it when this is Debian and we are root; else rejects with the advice. */
export async function installed(program: Program): Promise<string> {
  return findInstalled(program) ?? (await install(program));
}

async function install(program: Program): Promise<string> {
  const { advice, debian } = program;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Error(`${advice}.`);
  try {
    await withoutStarting(async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      await run('apt-get', [...WAITING, 'update'], { env });
      await run('apt-get', [...WAITING, 'install', '-y', '--no-install-recommends', debian], { env });
    });
  } catch (thrown) {
    throw new Error(`${advice}; installing it here failed.`, { cause: thrown });
  }
  const path = findInstalled(program);
  if (path === undefined) throw new Error(`${advice}; it was installed here, but not found.`);
  return path;
}

/** Two suites may need different servers at the same time; the second one waits for the first one's lock. */
const WAITING = ['-o', 'DPkg::Lock::Timeout=300'];

/** 9 comes before 15. */
const byVersion = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** Debian asks this file whether a package may start its daemon. */
const POLICY = '/usr/sbin/policy-rc.d';

async function withoutStarting(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work();
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(POLICY, { force: true });
  }
}

/**
 * Processes that live in a temporary folder and end with their owner, however that ends: a small shell watches the owner
 * and, when it is gone, kills the process groups listed in the folder's `pids` and removes the folder. A line of `pids`
 * is a group and the signal that ends it: KILL, or a gentler one, which KILL follows.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** $1: the folder, $2: the owner. The folder's removal by stop() ends the watch. */
const WATCH = `
while [ -d "$1" ] && kill -0 "$2" 2>/dev/null; do sleep 0.5; done
[ -d "$1" ] || exit 0
while read -r pid signal; do kill -s "$signal" -- "-$pid" 2>/dev/null; done < "$1/pids"
grep -qv KILL "$1/pids" && sleep 1
while read -r pid signal; do kill -s KILL -- "-$pid" 2>/dev/null; done < "$1/pids"
rm -rf "$1"
`;

/** Killed processes stay listed for as long as nobody reaps them; in some containers for ever. */
const LONGEST_END = 3000;

export interface OwnedFolder {
  readonly folder: string;
  /** Starts a process in a session of its own, its output going to `<name>.log`; gives its process id. */
  run(name: string, command: string, args: readonly string[], how?: HowToRun): Promise<number>;
  /** Kills what was started (kill -9), and waits for it. The folder stays. */
  kill(): Promise<void>;
  /** Ends what was started and removes the folder. Safe twice. */
  stop(): Promise<void>;
}

export interface HowToRun {
  readonly environment?: NodeJS.ProcessEnv;
  /** What ends it when its time has come: QUIT for a server that then clears up what kill -9 would leave behind. */
  readonly end?: 'KILL' | 'QUIT';
}

/** `owner` is the id of the process that this must not outlive. */
export async function ownFolder(name: string, owner = process.pid): Promise<OwnedFolder> {
  const folder = await mkdtemp(join(tmpdir(), `guildhall-${name}-`));
  await appendFile(join(folder, 'pids'), '');
  await launch('sh', ['-c', WATCH, 'watch', folder, String(owner)], { stdio: 'ignore' });
  return openFolder(folder);
}

/** A folder that another process made. */
export function openFolder(folder: string): OwnedFolder {
  const kill = async () => endGroups(await groupsIn(folder), 'SIGKILL');
  return {
    folder,
    kill,
    run: async (name, command, args, { environment = process.env, end = 'KILL' } = {}) => {
      await using log = await open(join(folder, `${name}.log`), 'a');
      const pid = await launch(command, args, { cwd: folder, env: environment, stdio: ['ignore', log.fd, log.fd] });
      await appendFile(join(folder, 'pids'), `${pid} ${end}\n`);
      return pid;
    },
    stop: async () => {
      await endGently(folder);
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** False once it has ended and was reaped. */
export function isRunning(pid: number): boolean {
  return signalled(pid, 0);
}

/** Resolves once none of these processes or groups (negative) is left, or after a while: nobody may be there to reap them. */
export async function untilGone(ids: readonly number[]): Promise<void> {
  const patience = Date.now() + LONGEST_END;
  while (ids.some((id) => signalled(id, 0)) && Date.now() < patience) await pause(20);
}

/** False when the process or group is gone. */
export function signalled(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(id, signal);
    return true;
  } catch {
    return false;
  }
}

async function launch(command: string, args: readonly string[], options: SpawnOptions): Promise<number> {
  const child = spawn(command, args, { ...options, detached: true });
  child.unref();
  await once(child, 'spawn');
  return child.pid!;
}

async function endGently(folder: string): Promise<void> {
  const gentle = (await groupsIn(folder)).filter(({ end }) => end === 'QUIT');
  await endGroups(gentle, 'SIGQUIT');
}

async function endGroups(groups: readonly Group[], signal: NodeJS.Signals): Promise<void> {
  for (const { id } of groups) signalled(-id, signal);
  await untilGone(groups.map(({ id }) => -id));
}

interface Group {
  readonly id: number;
  readonly end: string;
}

async function groupsIn(folder: string): Promise<readonly Group[]> {
  const listed = await readFile(join(folder, 'pids'), 'utf8').catch(() => '');
  const lines = listed.split('\n').filter(Boolean);
  return lines.map((line) => line.split(' ')).map(([id, end]) => ({ id: Number(id), end: end! }));
}

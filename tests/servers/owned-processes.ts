/**
 * Processes that live in a temporary folder and end with their owner, however that ends: a small shell watches the owner
 * and, when it is gone, kills the process groups listed in the folder's `pids` and removes the folder.
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
while read -r pid; do kill -s KILL -- "-$pid" 2>/dev/null; done < "$1/pids"
rm -rf "$1"
`;

/** Killed processes stay listed for as long as nobody reaps them; in some containers for ever. */
const LONGEST_END = 3000;

export interface OwnedFolder {
  readonly folder: string;
  /** Starts a process in a session of its own, its output going to `<name>.log`; gives its process id. */
  run(name: string, command: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<number>;
  /** Kills what was started, and waits for it. The folder stays. */
  kill(): Promise<void>;
  /** Kills and removes the folder. Safe twice. */
  stop(): Promise<void>;
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
  const kill = () => killGroups(folder);
  return {
    folder,
    kill,
    run: async (name, command, args, environment = process.env) => {
      await using log = await open(join(folder, `${name}.log`), 'a');
      const pid = await launch(command, args, { cwd: folder, env: environment, stdio: ['ignore', log.fd, log.fd] });
      await appendFile(join(folder, 'pids'), `${pid}\n`);
      return pid;
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function launch(command: string, args: readonly string[], options: SpawnOptions): Promise<number> {
  const child = spawn(command, args, { ...options, detached: true });
  child.unref();
  await once(child, 'spawn');
  return child.pid!;
}

async function killGroups(folder: string): Promise<void> {
  const listed = await readFile(join(folder, 'pids'), 'utf8').catch(() => '');
  const groups = listed.split('\n').filter(Boolean).map(Number);
  for (const group of groups) signalGroup(group, 'SIGKILL');
  const patience = Date.now() + LONGEST_END;
  while (groups.some((group) => signalGroup(group, 0)) && Date.now() < patience) await pause(20);
}

/** False when the group is gone. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

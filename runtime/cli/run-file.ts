/**
 * The run file of a running host: `<solution>/data/running/<bus>.<host>.json` with its process id, admin address and token,
 * readable by its owner only. The other verbs find the bus by it: any host of it will do. One whose process is gone counts as
 * absent.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';

export interface RunFile {
  readonly bus: string;
  readonly host: string;
  readonly pid: number;
  readonly admin: string;
  readonly token: string;
}

const folderOf = (solution: string) => join(solution, 'data', 'running');
const fileOf = (solution: string, { bus, host }: Pick<RunFile, 'bus' | 'host'>) =>
  join(folderOf(solution), `${bus}.${host}.json`);

export function writeRunFile(solution: string, run: RunFile): void {
  try {
    mkdirSync(folderOf(solution), { recursive: true, mode: 0o700 });
    rmSync(fileOf(solution, run), { force: true });
    writeFileSync(fileOf(solution, run), JSON.stringify(run), { mode: 0o600 });
  } catch (thrown) {
    throw busError('FOLDER_NOT_WRITABLE', { folder: folderOf(solution), reason: reasonOf(thrown) }, { cause: thrown });
  }
}

/** Removes the file if it is still this process's own. */
export function removeRunFile(solution: string, run: RunFile): void {
  const path = fileOf(solution, run);
  if (read(path)?.pid === run.pid) rmSync(path, { force: true });
}

export interface Wanted {
  readonly bus?: string;
  readonly host?: string;
}

/**
 * A running host of a solution; throws NO_BUS_RUNNING, BUS_NOT_RUNNING, HOST_NOT_RUNNING, or SEVERAL_BUSES when `bus` must say
 * which.
 */
export function findRunning(solution: string, { bus, host }: Wanted = {}): RunFile {
  const folder = solution;
  const all = allRunning(solution);
  const running = all.filter((run) => bus === undefined || run.bus === bus);
  if (all.length === 0) throw busError('NO_BUS_RUNNING', { folder });
  if (running.length === 0) throw busError('BUS_NOT_RUNNING', { folder, bus, names: busesOf(all).join(', ') });
  if (busesOf(running).length > 1) throw busError('SEVERAL_BUSES', { folder, names: busesOf(running).join(', ') });
  const found = host === undefined ? running[0] : running.find((run) => run.host === host);
  if (found) return found;
  throw busError('HOST_NOT_RUNNING', { folder, host, names: running.map((run) => run.host).join(', ') });
}

const busesOf = (running: readonly RunFile[]) => [...new Set(running.map(({ bus }) => bus))];

function allRunning(solution: string): RunFile[] {
  let names: string[];
  try {
    names = readdirSync(folderOf(solution));
  } catch {
    return []; // Nothing has run here yet.
  }
  const files = names.map((name) => read(join(folderOf(solution), name)));
  return files.filter((run) => run !== undefined).filter(({ pid }) => isAlive(pid));
}

function read(path: string): RunFile | undefined {
  try {
    const run = JSON.parse(readFileSync(path, 'utf8')) as RunFile | null;
    return Number.isInteger(run?.pid) ? run! : undefined;
  } catch {
    return undefined; // Gone meanwhile, or half-written by a bus that died while starting.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

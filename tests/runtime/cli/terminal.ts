/** The command line as a person or script uses it: in this process with its words kept, or as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { main, systemConsole } from '../../../runtime/cli/main.ts';
import { within } from '../../../runtime/testing/eventually.ts';

export interface Said {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  // biome-ignore lint/suspicious/noExplicitAny: what --json printed.
  readonly json: () => any;
}

/** Runs one verb in this process, in the folder `cwd`. */
export async function guildhall(cwd: string, ...argv: string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    ...systemConsole(),
    cwd,
    env: {},
    tty: false,
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
  };
  const exit = await main(argv, io);
  return { exit, out: out.join('\n'), err: err.join('\n'), json: () => JSON.parse(out.join('\n')) };
}

/** A new folder that `remove` takes away again. */
export function temporaryFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-cli-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A solution as `guildhall new` makes it, and an environment file by which it listens on free ports. */
export async function starterIn(folder: string, name = 'my-council'): Promise<{ solution: string; free: string }> {
  await guildhall(folder, 'new', name);
  const solution = join(folder, name);
  const free = join(solution, 'free.yaml');
  writeFileSync(free, 'environment: free\nbus:\n  http: { address: 127.0.0.1:0 }\n  admin: { address: 127.0.0.1:0 }\n');
  return { solution, free };
}

export interface Started {
  readonly child: ChildProcess;
  /** Of the line that says that it is ready. */
  readonly ready: { readonly bus: string; readonly http: string; readonly admin: string; readonly pid: number };
  readonly err: () => string;
  /** What it ended with; the signal where it was one that ended it. */
  readonly ended: Promise<number | string>;
}

const MAIN = join(import.meta.dirname, '..', '..', '..', 'runtime', 'cli', 'main.ts');
export const LAUNCHER = join(import.meta.dirname, '..', '..', '..', 'runtime', 'cli', 'launcher.js');
/** Time (ms) for a process to start, or to end. */
export const PATIENCE = 20_000;

/** Leads a process group of its own, as a command does that was typed into a shell. */
export function startProcess(cwd: string, argv: readonly string[], command: readonly string[] = []): ProcessOf {
  const [node = process.execPath, script = MAIN] = command;
  const child = spawn(node, [script, ...argv], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string);
  return { child, out: () => out, err: () => err, ended: within(PATIENCE * 3, argv.join(' '), ended) };
}

export interface ProcessOf {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | string>;
}

/** `guildhall run` until it says that it is ready. */
export async function startRun(
  solution: string,
  environment: string,
  command: readonly string[] = [],
  more: readonly string[] = [],
): Promise<Started> {
  const started = startProcess(solution, ['run', '--environment', environment, '--json', ...more], command);
  const { child, err, ended } = started;
  const failed = ended.then((end) => Promise.reject(new Error(`It ended with ${end}:\n${err()}`)));
  const lines = createInterface({ input: child.stdout! });
  failed.catch(() => {}); // Its end is asked for once it is ready.
  try {
    const [line] = await within(PATIENCE, 'The start', Promise.race([once(lines, 'line'), failed]));
    const ready = JSON.parse(line as string);
    if (ready.ready !== true) throw new Error(`It did not start: ${line}`);
    return { child, err, ended, ready };
  } catch (thrown) {
    child.kill();
    throw thrown;
  }
}

/** Ends it, where it still runs. */
export async function stopRun({ child, ended }: Pick<Started, 'child' | 'ended'>): Promise<number | string> {
  child.kill('SIGTERM');
  return ended;
}

/** A bus as a process that passes files of data/in on to data/out as they are, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '..', '..', '..', '..', 'runtime', 'cli', 'main.ts');

const FILES: Readonly<Record<string, string>> = {
  'config/bus.yaml': `bus: files
organisation: northmoor
store: sqlite:data/box.db
http: { address: 127.0.0.1:0 }
admin: { address: 127.0.0.1:0 }
`,
  'config/applications/files.yaml': `application: files
receivePorts:
  in:
    locations:
      folder: { transport: file, folder: data/in, pipeline: pass-through, poll: 50ms, stableFor: 0s, maxBytes: 10737418240 }
sendPorts:
  out: { transport: file, folder: data/out, fileName: "{message.id}.bin", pipeline: pass-through, filter: bus.receivePort == "in" }
`,
};

export interface FileBus {
  readonly folder: string;
  readonly path: (...names: string[]) => string;
  /** Starts the process; with so much room (MB) for its heap. */
  start(heap?: number): Promise<RunningBus>;
  /** Puts a file of so many bytes into data/in at once; gives its digest. */
  drop(name: string, bytes: number): Promise<string>;
  /** The digests of the files in data/out. */
  delivered(): Promise<string[]>;
  remove(): void;
}

export interface RunningBus {
  readonly pid: number;
  /** Of its admin API, whose token is `rows`. */
  readonly admin: string;
  /** The most that was resident so far (MB); undefined where there is no /proc. */
  peak(): number | undefined;
  /** With what it ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string>;
}

export function createFileBus(files: Readonly<Record<string, string>> = FILES): FileBus {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-files-'));
  const path = (...names: string[]) => join(folder, ...names);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(path(name), text);
  }
  for (const name of ['in', 'out']) mkdirSync(path('data', name), { recursive: true });
  return {
    folder,
    path,
    start: (heap) => start(folder, heap),
    drop: async (name, bytes) => {
      const digest = await write(path('data', name), bytes);
      await rename(path('data', name), path('data', 'in', name));
      return digest;
    },
    delivered: () => Promise.all(wholeFiles(path('data', 'out')).map(digestOf)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function start(folder: string, heap?: number): Promise<RunningBus> {
  const flags = heap === undefined ? [] : [`--max-old-space-size=${heap}`];
  const args = ['--disable-warning=ExperimentalWarning', ...flags, MAIN, 'run', folder, '--json'];
  const env = { ...process.env, GUILDHALL_ADMIN_TOKEN: 'rows' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string);
  const ready = once(createInterface({ input: child.stdout }), 'line');
  const failed = ended.then((end) => Promise.reject(new Error(`The bus ended with ${end}.`)));
  failed.catch(() => {}); // Its end is asked for once it is ready.
  const [line] = await Promise.race([ready, failed]);
  const { admin } = JSON.parse(line as string) as { admin: string };
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { pid: child.pid!, admin, peak: () => peakOf(child), end };
}

function peakOf({ pid }: ChildProcess): number | undefined {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return undefined;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1]) / 1024;
}

const PIECE = 1_048_576;

async function write(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  await using file = await open(path, 'w');
  for (let from = 0; from < bytes; from += PIECE) {
    const piece = Buffer.alloc(Math.min(PIECE, bytes - from), `${from} of the file `);
    hash.update(piece);
    await file.write(piece);
  }
  return hash.digest('hex');
}

const wholeFiles = (folder: string) =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(folder, name));

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE })) hash.update(chunk);
  return hash.digest('hex');
}

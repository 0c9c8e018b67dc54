/** A child process that talks JSON lines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { processorTime } from './processor-time.ts';

export interface Child {
  /** The next line of its standard output as JSON; rejects when it ends first. */
  next<T>(): Promise<T>;
  tell(order: unknown): void;
  /** The most that was resident so far, in megabytes; 0 where there is no /proc. */
  rss(): number;
  /** Processor time so far, in microseconds; undefined where there is no /proc. */
  cpu(): number | undefined;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** It ends with this process, unless that is killed. */
export function startChild(script: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  endWithUs(child);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    async next<T>() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended without an answer`);
      return JSON.parse(value as string) as T;
    },
    tell: (order) => void child.stdin!.write(`${JSON.stringify(order)}\n`),
    rss: () => {
      const path = `/proc/${child.pid}/status`;
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
    },
    cpu: () => processorTime(child.pid!),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export function endWithUs(child: ChildProcess): void {
  const end = () => void child.kill('SIGTERM');
  process.on('exit', end);
  child.once('exit', () => process.off('exit', end));
}

/**
 * A folder on a file system of its own and of a fixed size, which can be filled to the last byte and emptied again. Only root may
 * mount one: undefined for everybody else. It is unmounted with whoever asked for it, however that ends.
 */
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface SmallDisk {
  readonly folder: string;
  fill(): void;
  /** Safe when it was not filled. */
  empty(): void;
  close(): Promise<void>;
}

/** $1: the mount, $2: the owner. */
const WATCH = 'while kill -0 "$2" 2>/dev/null && mountpoint -q "$1"; do sleep 0.5; done; umount -l "$1" 2>/dev/null';

export async function openSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | undefined> {
  await mkdir(folder, { recursive: true });
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const mounted = await execute('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).then(
    () => true,
    () => false, // A container may forbid it.
  );
  if (!mounted) return undefined;
  const watch = ['-c', WATCH, 'watch', folder, String(process.pid)];
  spawn('sh', watch, { stdio: 'ignore', detached: true }).unref();
  const ballast = join(folder, '.ballast');
  return {
    folder,
    fill: () => fill(ballast),
    empty: () => rmSync(ballast, { force: true }),
    close: () =>
      execute('umount', ['-l', folder]).then(
        () => {},
        () => {}, // It is gone.
      ),
  };
}

/** In smaller and smaller pieces, until not a byte is left. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = 1024 * 1024; size >= 512; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
        size /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
}

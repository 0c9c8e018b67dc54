/**
 * Finds the files of a solution: all text in orchestrations/, schemas/, mappings/ and config/. What is not text (keys,
 * archives) stays on disk and is not part of the definition. Links may not lead out of the folder.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';

/** Path with forward slashes, relative to the solution's folder, to text; sorted by path. */
export type SolutionFiles = ReadonlyMap<string, string>;

const FOLDERS = ['config', 'mappings', 'orchestrations', 'schemas'];
const LARGEST_FILE = 5 * 1024 * 1024;
const LARGEST_SOLUTION = 64 * 1024 * 1024;

/** Throws BusError kind `config`: not a solution, unreadable, too large, or a link leads outside. */
export function readSolution(folder: string): SolutionFiles {
  const root = rootOf(folder);
  const files = new Map<string, string>();
  let size = 0;
  for (const path of FOLDERS.flatMap((name) => filesIn(root, name)).sort()) {
    const text = readText(root, path);
    if (text === undefined) continue;
    size += text.length;
    if (size > LARGEST_SOLUTION) throw busError('SOLUTION_TOO_LARGE', { path: folder, limit: LARGEST_SOLUTION });
    files.set(path, text);
  }
  return files;
}

function rootOf(folder: string): string {
  const config = statSync(join(folder, 'config'), { throwIfNoEntry: false });
  if (config?.isDirectory()) return realpathSync(folder);
  const exists = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  throw busError('SOLUTION_NOT_FOUND', {
    folder: resolve(folder),
    reason: exists ? 'it has no folder config/' : 'there is no such folder',
  });
}

function filesIn(root: string, path: string, depth = 0): string[] {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat || depth > 16) return [];
  if (!inside(root, path)) throw busError('SOLUTION_LINK_OUTSIDE', { path });
  if (stat.isFile()) return [path];
  if (!stat.isDirectory()) return [];
  const names = reading(path, () => readdirSync(join(root, path)));
  return names.filter((name) => !name.startsWith('.')).flatMap((name) => filesIn(root, `${path}/${name}`, depth + 1));
}

function inside(root: string, path: string): boolean {
  return `${realpathSync(join(root, path))}${sep}`.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Undefined for what is not text. */
function readText(root: string, path: string): string | undefined {
  const bytes = reading(path, () => readFileSync(join(root, path)));
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return undefined;
  if (bytes.length > LARGEST_FILE) throw busError('SOLUTION_TOO_LARGE', { path, limit: LARGEST_FILE });
  return new TextDecoder(encoding).decode(bytes);
}

function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes.subarray(0, 8192).includes(0) ? undefined : 'utf-8';
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw busError('SOLUTION_UNREADABLE', { path, reason: reasonOf(thrown) }, { cause: thrown });
  }
}

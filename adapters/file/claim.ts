/**
 * A claim: a file renamed to a work name in its own folder, so that nobody else takes it while it is read. Claims that a
 * crash left behind are found by their names.
 */
import { existsSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { codeOf } from '../../runtime/files/system-error.ts';
import { moveUnlessTaken } from './move.ts';

export interface Claim {
  /** The file's own name. */
  readonly name: string;
  /** Where it lies while it is claimed. */
  readonly path: string;
}

/** Not what a send port is writing into the same folder: that is a half file. */
const WORK_NAME = /^\.(.+)\.guildhall-(?!part$)[^.]+$/s;

/** The claim that the directory entry stands for; undefined when it is not the work name of one. */
export function claimAt(folder: string, entry: string): Claim | undefined {
  const name = WORK_NAME.exec(entry)?.[1];
  return name === undefined ? undefined : { name, path: join(folder, entry) };
}

/** Undefined when the file is gone. */
export async function claim(folder: string, name: string, id: string): Promise<Claim | undefined> {
  const path = join(folder, `.${name}.guildhall-${id}`);
  try {
    await rename(join(folder, name), path);
    return { name, path };
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/**
 * Gives the file its name back. False when the claim still lies there or cannot be found: a new file bears the name by
 * now, or the folder has gone away.
 */
export function release({ name, path }: Claim, folder: string): Promise<boolean> {
  return found(path, moveUnlessTaken(path, join(folder, name)));
}

/** False when the claim cannot be found. */
export function remove({ path }: Claim): Promise<boolean> {
  return found(
    path,
    unlink(path).then(() => true),
  );
}

/** False when the claim cannot be found. Where the archive has a file of that name, `id` makes the name unlike it. */
export function archive({ name, path }: Claim, folder: string, id: string): Promise<boolean> {
  const extension = extname(name);
  const other = `${name.slice(0, name.length - extension.length)}.${id}${extension}`;
  return found(
    path,
    moveUnlessTaken(path, join(folder, name)).then((moved) => moved || moveUnlessTaken(path, join(folder, other))),
  );
}

/** A claim may be gone because another host that shares the folder has finished it. */
async function found(path: string, work: Promise<boolean>): Promise<boolean> {
  try {
    return await work;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' && !existsSync(path)) return false;
    throw thrown;
  }
}

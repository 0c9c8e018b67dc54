/** Moves a file without ever replacing another: a hard link to the new name, then the old name goes. */
import { constants, copyFile, link, lstat, rm, unlink } from 'node:fs/promises';
import { codeOf } from '../../runtime/files/system-error.ts';

/** False when another file has the name already; nothing was changed then. */
export async function moveUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'EEXIST') return alreadyMoved(from, to);
    if (code === 'ENOENT' || code === 'ENOSPC') throw thrown;
    if (!(await copied(from, to))) return false;
  }
  await unlink(from);
  return true;
}

/** A crash between link and unlink leaves both names to one file. */
async function alreadyMoved(from: string, to: string): Promise<boolean> {
  const [source, target] = await Promise.all([lstat(from), lstat(to)]);
  if (source.ino !== target.ino || source.dev !== target.dev) return false;
  await unlink(from);
  return true;
}

/** For file systems without hard links, and from one disk to another. */
async function copied(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    await rm(to, { force: true });
    throw thrown;
  }
}

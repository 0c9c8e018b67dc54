/** Writes files into a folder that is new or empty. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';

/** `given` is how the user calls the folder. Throws BusError FOLDER_NOT_EMPTY or FOLDER_NOT_WRITABLE. */
export function writeNewFolder(folder: string, given: string, files: ReadonlyMap<string, string>): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) throw busError('FOLDER_NOT_EMPTY', { folder: given });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  } catch (thrown) {
    if (isBusError(thrown)) throw thrown;
    throw busError('FOLDER_NOT_WRITABLE', { folder: given, reason: reasonOf(thrown) }, { cause: thrown });
  }
}

/**
 * The files of a deployed definition, on disk under `<folder>/data/definitions/<hash>`, so that adapters which read files (a WSDL
 * and what it imports) find those of that definition, on whichever host, whatever stands in the solution's folder by now.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, posix, resolve } from 'node:path';
import type { Definition } from '../contracts/message-box.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { filesOf } from '../solution/definition.ts';

/** The absolute path of a path in the definition; one that is no file of it is taken from the host's own folder. */
export function definitionPaths(definition: Definition, folder: string): (path: string) => string {
  const files = filesOf(definition);
  const home = join(folder, 'data', 'definitions', definition.hash);
  let written = false;
  return (path) => {
    if (isAbsolute(path)) return path;
    const name = posix.normalize(path);
    if (!files.has(name)) return resolve(folder, path);
    if (!written) write(files, home);
    written = true;
    return join(home, name);
  };
}

/** A folder of that name is whole: it gets its name once everything lies in it. */
function write(files: ReadonlyMap<string, string>, home: string): void {
  if (existsSync(home)) return;
  const draft = `${home}.${process.pid}`;
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), text);
    }
    renameSync(draft, home);
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(home)) return; // Another host of this folder was faster.
    throw busError('FOLDER_NOT_WRITABLE', { folder: home, reason: reasonOf(thrown) }, { cause: thrown });
  }
}

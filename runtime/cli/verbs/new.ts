/** `guildhall new <folder>`: writes a small solution that checks, tests and runs. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { EXIT } from '../exit.ts';
import { starterFiles } from '../starter.ts';
import type { Verb } from '../verb.ts';
import { versionOf } from '../version.ts';

export const newSolution: Verb = {
  add(program, io, finish) {
    program
      .command('new <folder>')
      .description('write a small solution to start from')
      .option('--json', 'print JSON')
      .action(
        finish(async (given: string, options: { json?: boolean }) => {
          const folder = resolve(io.cwd, given);
          const files = starterFiles(nameFrom(folder), versionOf());
          write(folder, given, files);
          io.out(options.json ? JSON.stringify({ folder, files: [...files.keys()] }) : told(given, files.size));
          return EXIT.ok;
        }),
      );
  },
};

function write(folder: string, given: string, files: ReadonlyMap<string, string>): void {
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

const told = (folder: string, count: number) =>
  `Wrote ${count} files to ${folder}. Next: cd ${folder} && npm install && npx guildhall check && npx guildhall test`;

/** A bus is named like a message type: small letters, digits and hyphens. */
function nameFrom(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-+|-+$/g, '') || 'bus';
}

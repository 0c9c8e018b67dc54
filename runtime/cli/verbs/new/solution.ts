/** `guildhall new <folder>`: writes a small solution that checks, tests and runs. */
import { basename, relative, resolve } from 'node:path';
import { EXIT } from '../../exit.ts';
import { writeNewFolder } from '../../new-folder.ts';
import { ownPackage } from '../../own-package.ts';
import { starterFiles } from '../../starter.ts';
import type { Verb } from '../../verb.ts';

export const newSolution: Verb = {
  add(program, io, finish) {
    program
      .command('solution <folder>', { isDefault: true })
      .description('a solution; the word may be left out')
      .option('--json', 'print JSON')
      .action(
        finish(async (given: string, options: { json?: boolean }) => {
          const folder = resolve(io.cwd, given);
          const files = starterFiles(nameFrom(folder), dependencyOf(folder));
          writeNewFolder(folder, given, files);
          io.out(options.json ? JSON.stringify({ folder, files: [...files.keys()] }) : told(given, files.size));
          return EXIT.ok;
        }),
      );
  },
};

const told = (folder: string, count: number) =>
  `Wrote ${count} files to ${folder}. Next: cd ${folder} && npm install && npx guildhall check && npx guildhall test`;

/** What the solution depends on: this package as installed, or the folder of its source where it runs from there. */
function dependencyOf(folder: string): string {
  const { version, folder: own, fromSource } = ownPackage();
  return fromSource ? `file:${relative(folder, own)}` : `^${version}`;
}

/** A bus is named like a message type: small letters, digits and hyphens. */
function nameFrom(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-+|-+$/g, '') || 'bus';
}

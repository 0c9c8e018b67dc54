/** `guildhall new <folder>`: writes a small solution that checks, tests and runs. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
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
          if (existsSync(folder) && readdirSync(folder).length > 0)
            throw busError('FOLDER_NOT_EMPTY', { folder: given });
          const files = starterFiles(nameFrom(folder), versionOf());
          for (const [path, text] of files) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), text);
          }
          io.out(options.json ? JSON.stringify({ folder, files: [...files.keys()] }) : told(given, files.size));
          return EXIT.ok;
        }),
      );
  },
};

const told = (folder: string, count: number) =>
  `Wrote ${count} files to ${folder}. Next: cd ${folder} && npm install && npx guildhall check && npx guildhall test`;

/** A bus is named like a message type: small letters, digits and hyphens. */
function nameFrom(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-+|-+$/g, '') || 'bus';
}

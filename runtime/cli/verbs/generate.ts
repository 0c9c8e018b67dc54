/** `guildhall generate`: writes what is made from the code: editor schemas, adapter pages, the error reference. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate as generateFiles } from '../../solution/generate.ts';
import type { Console } from '../console.ts';
import { errorReference } from '../error-reference.ts';
import { EXIT } from '../exit.ts';
import type { Verb } from '../verb.ts';

export const generate: Verb = {
  add(program, io, finish) {
    program
      .command('generate', { hidden: true })
      .description('write the files that are made from the code')
      .action(
        finish(async () => {
          const root = fileURLToPath(new URL('../../../', import.meta.url));
          for (const [path, text] of generated(io)) {
            mkdirSync(dirname(join(root, path)), { recursive: true });
            writeFileSync(join(root, path), text);
          }
          return EXIT.ok;
        }),
      );
  },
};

/** Path in the repository to text. */
export function generated({ adapters }: Pick<Console, 'adapters'>): ReadonlyMap<string, string> {
  return new Map([...generateFiles(adapters), ['docs/errors.md', errorReference()]]);
}

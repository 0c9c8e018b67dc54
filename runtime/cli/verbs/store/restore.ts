/** `guildhall store restore <file>`: puts a verified backup in the place of the store of a stopped bus. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { restoreSqlite } from '../../../message-box/sqlite/restore.ts';
import { EXIT } from '../../exit.ts';
import { reportText } from '../../report-text.ts';
import { type StoreOptions, sqlitePath, storePath, withStoreOptions } from '../../store-options.ts';
import type { Verb } from '../../verb.ts';

interface Options extends StoreOptions {
  readonly force?: boolean;
}

export const restore: Verb = {
  add(program, io, finish) {
    withStoreOptions(
      program.command('restore <file>').description('put a backup in the place of the store of a stopped bus'),
    )
      .option('--force', 'replace the store that is there; what it holds is lost')
      .action(
        finish(async (file: string, options: Options) => {
          const to = storePath(options, io);
          mkdirSync(dirname(to), { recursive: true });
          const report = restoreSqlite(sqlitePath(file, io), to, { force: options.force === true });
          io.out(`${reportText(report)}\nIt is now ${to}.`);
          return EXIT.ok;
        }),
      );
  },
};

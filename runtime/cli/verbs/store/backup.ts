/** `guildhall store backup <file>`: a whole copy of a running bus's store, verified. */
import { resolve } from 'node:path';
import { busError } from '../../../errors/bus-error.ts';
import { verifySqlite } from '../../../message-box/sqlite/verify.ts';
import { adminOf, type BusOptions, withBusOptions } from '../../bus-options.ts';
import { EXIT } from '../../exit.ts';
import { reportText } from '../../report-text.ts';
import type { Verb } from '../../verb.ts';

interface Options extends BusOptions {
  readonly verify: boolean;
}

export const backup: Verb = {
  add(program, io, finish) {
    withBusOptions(program.command('backup <file>').description('copy the store of a running bus, and verify the copy'))
      .option('--no-verify', 'do not look at the copy afterwards; "store verify" does it elsewhere')
      .action(
        finish(async (given: string, options: Options) => {
          const file = resolve(io.cwd, given);
          await adminOf(options, io).post('/store/backup', { file });
          if (!options.verify) {
            io.out(options.json ? JSON.stringify({ file }) : `${file} was written.`);
            return EXIT.ok;
          }
          const report = verifySqlite(file);
          if (report.problems.length > 0) {
            throw busError('STORE_UNSOUND', { path: file, problems: report.problems.join('; ') });
          }
          io.out(options.json ? JSON.stringify({ file, ...report }) : `${reportText(report)}\nIt is whole.`);
          return EXIT.ok;
        }),
      );
  },
};

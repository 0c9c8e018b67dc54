/** `guildhall store verify [store]`: whether a backup, a database, or the store of the solution, is whole. */
import { verifyPostgres } from '../../../message-box/postgres/verify.ts';
import { verifySqlite } from '../../../message-box/sqlite/verify.ts';
import { EXIT } from '../../exit.ts';
import { reportText } from '../../report-text.ts';
import { configuredStore, givenStore, type StoreOptions, withStoreOptions } from '../../store-options.ts';
import type { Verb } from '../../verb.ts';

interface Options extends StoreOptions {
  readonly json?: boolean;
}

export const verify: Verb = {
  add(program, io, finish) {
    withStoreOptions(
      program
        .command('verify [store]')
        .description('see whether a backup, a file that no bus has open, or a PostgreSQL store, is whole'),
    )
      .option('--json', 'print JSON')
      .action(
        finish(async (given: string | undefined, options: Options) => {
          const store = given === undefined ? configuredStore(options, io) : givenStore(given, options, io);
          const report = store.kind === 'sqlite' ? verifySqlite(store.path) : await verifyPostgres(store.url);
          const whole = report.problems.length === 0;
          if (options.json) io.out(JSON.stringify({ ...report, whole }));
          else io.out(`${reportText(report)}\n${whole ? 'It is whole.' : 'It is NOT whole.'}`);
          return whole ? EXIT.ok : EXIT.failed;
        }),
      );
  },
};

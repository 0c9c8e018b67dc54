/** `guildhall store migrate --to <version>`: brings the store of a stopped bus to a version of its schema, forward or back. */
import { migrateStopped } from '../../../message-box/postgres/transfer-migrate.ts';
import { migrateSqlite } from '../../../message-box/sqlite/migrate.ts';
import { wholeNumber } from '../../bus-options.ts';
import { EXIT } from '../../exit.ts';
import { configuredStore, type StoreOptions, withStoreOptions } from '../../store-options.ts';
import type { Verb } from '../../verb.ts';

interface Options extends StoreOptions {
  readonly to: number;
}

export const migrate: Verb = {
  add(program, io, finish) {
    withStoreOptions(
      program.command('migrate').description('bring the store of a stopped bus to another version of its schema'),
    )
      .requiredOption('--to <version>', 'the version, older or newer', wholeNumber)
      .action(
        finish(async (options: Options) => {
          const store = configuredStore(options, io);
          const { path, from, to } =
            store.kind === 'sqlite'
              ? { path: store.path, ...migrateSqlite(store.path, options.to) }
              : await migrateStopped(store.url, options.to, io.clock);
          io.out(from === to ? `${path} has schema ${to} already.` : `${path} went from schema ${from} to ${to}.`);
          return EXIT.ok;
        }),
      );
  },
};

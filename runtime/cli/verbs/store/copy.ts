/** `guildhall store copy <from> <to>`: moves everything of a stopped bus to another store, and compares the two. */
import { busError } from '../../../errors/bus-error.ts';
import { transfer } from '../../../message-box/transfer.ts';
import { EXIT } from '../../exit.ts';
import { openSource, openTarget } from '../../open-transfer.ts';
import { givenStore, type StoreOptions, withStoreOptions } from '../../store-options.ts';
import type { Verb } from '../../verb.ts';

interface Options extends StoreOptions {
  readonly json?: boolean;
}

export const copy: Verb = {
  add(program, io, finish) {
    withStoreOptions(
      program
        .command('copy <from> <to>')
        .description('copy the store of a stopped bus to a new one: sqlite:<file>, postgres://<...> or secret:<name>'),
    )
      .option('--json', 'print JSON')
      .action(
        finish(async (from: string, to: string, options: Options) => {
          const source = await openSource(givenStore(from, options, io), io);
          try {
            const target = await openTarget(givenStore(to, options, io), io);
            try {
              const { path } = target;
              const { counts, problems } = await transfer(source, target);
              if (problems.length > 0) throw busError('STORE_UNSOUND', { path, problems: problems.join('; ') });
              const told = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
              io.out(options.json ? JSON.stringify({ path, counts }) : `${path}: ${told.join(', ')}. It is the same.`);
            } finally {
              await target.close();
            }
          } finally {
            await source.close();
          }
          return EXIT.ok;
        }),
      );
  },
};

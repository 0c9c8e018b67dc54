/** `guildhall store purge`: the retention policy of a running bus, now; or what it would remove. */
import { adminOf, type BusOptions, withBusOptions } from '../../bus-options.ts';
import { EXIT } from '../../exit.ts';
import type { Verb } from '../../verb.ts';

interface Options extends BusOptions {
  readonly dryRun?: boolean;
}

interface Counts {
  readonly messages: number;
  readonly bodies: number;
  readonly instances: number;
  readonly keys: number;
}

export const purge: Verb = {
  add(program, io, finish) {
    withBusOptions(program.command('purge').description('remove what the retention policy no longer keeps'))
      .option('-n, --dry-run', 'only tell what would be removed')
      .action(
        finish(async (options: Options) => {
          const counts = await adminOf(options, io).post<Counts>('/store/purge', { dryRun: options.dryRun === true });
          io.out(options.json ? JSON.stringify(counts) : describe(counts, options.dryRun === true));
          return EXIT.ok;
        }),
      );
  },
};

function describe({ messages, bodies, instances, keys }: Counts, dryRun: boolean): string {
  const verb = dryRun ? 'Would remove' : 'Removed';
  return `${verb} ${messages} messages, the bodies of ${bodies} more, ${instances} instances and ${keys} dedupe keys.`;
}

/** `guildhall suspended`: what waits for an operator, and why. */
import type { Counts, DeliveryRecord } from '../../contracts/inspection.ts';
import { adminOf, type BusOptions, listLimit, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import { ago, table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface Options extends BusOptions {
  readonly code?: string;
  readonly subscriber?: string;
  readonly limit: number;
}

interface Found {
  readonly groups: Counts['suspended'];
  readonly suspended: readonly DeliveryRecord[];
}

export const suspended: Verb = {
  add(program, io, finish) {
    withBusOptions(program.command('suspended').description('list suspended messages, grouped by code'))
      .option('-c, --code <code>', 'only those suspended with this code')
      .option('--subscriber <name>', 'only those of this subscriber')
      .option('-n, --limit <count>', 'at most so many', listLimit, 100)
      .action(
        finish(async (options: Options) => {
          const { code, subscriber, limit } = options;
          const found = await adminOf(options, io).get<Found>('/suspended', { code, subscriber, limit });
          io.out(options.json ? JSON.stringify(found) : describe(found, io.clock.now()));
          return EXIT.ok;
        }),
      );
  },
};

function describe({ groups, suspended: found }: Found, now: number): string {
  if (found.length === 0) return 'Nothing is suspended.';
  const rows = found.map((record) => ({
    delivery: record.id,
    message: record.message,
    type: record.messageType ?? '(raw)',
    code: record.code,
    since: ago(record.since, now),
    reason: record.reason,
  }));
  return `${table(groups, ['code', 'subscriber', 'count'])}\n\n${table(rows)}`;
}

/** `guildhall watermark`: how far receive locations that ask have read their far ends, and how they are made to read again. */
import type { Command } from 'commander';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import type { Console } from '../console.ts';
import { EXIT } from '../exit.ts';
import { table } from '../table.ts';
import type { Finish, Verb } from '../verb.ts';

interface Known {
  readonly location: string;
  readonly value: string;
  readonly at: string;
}

export const watermark: Verb = {
  add(program, io, finish) {
    const group = program.command('watermark').description('show and move how far receive locations have read');
    withBusOptions(group.command('list').description('show how far each location has read, and since when')).action(
      finish(async (options: BusOptions) => {
        const { watermarks } = await adminOf(options, io).get<{ readonly watermarks: readonly Known[] }>('/watermarks');
        if (options.json) io.out(JSON.stringify({ watermarks }));
        else if (watermarks.length === 0) io.out('No location has a watermark.');
        else io.out(table(watermarks, ['location', 'value', 'at']));
        return EXIT.ok;
      }),
    );
    addSet(group, io, finish);
    addReset(group, io, finish);
  },
};

function addSet(group: Command, io: Console, finish: Finish): void {
  const command = group
    .command('set <location> <value>')
    .description('the next look begins there: a time such as 2026-06-01T08:00:00Z, or a text of the far end');
  withBusOptions(command).action(
    finish(async (location: string, value: string, options: BusOptions) => {
      const answer = await adminOf(options, io).post(pathOf(location), { value });
      io.out(options.json ? JSON.stringify(answer) : `${location} reads on from ${value}.`);
      return EXIT.ok;
    }),
  );
}

function addReset(group: Command, io: Console, finish: Finish): void {
  const command = group.command('reset <location>').description('the next look begins as the first one did');
  withBusOptions(command).action(
    finish(async (location: string, options: BusOptions) => {
      const answer = await adminOf(options, io).post(`${pathOf(location)}/reset`);
      io.out(options.json ? JSON.stringify(answer) : `${location} begins anew.`);
      return EXIT.ok;
    }),
  );
}

/** `<port>/<location>`. */
const pathOf = (location: string) => `/watermarks/${location.split('/').map(encodeURIComponent).join('/')}`;

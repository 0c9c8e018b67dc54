/** The options of every verb that talks to a running bus, and the way from them to its admin API. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AdminClient, connectAdmin } from './admin-client.ts';
import type { Console } from './console.ts';

export interface BusOptions {
  readonly solution: string;
  readonly bus?: string;
  readonly host?: string;
  readonly admin?: string;
  readonly token?: string;
  readonly wait?: number;
  readonly json?: boolean;
}

export function withBusOptions(command: Command): Command {
  return command
    .option('-s, --solution <folder>', 'the solution whose bus to talk to', '.')
    .option('-b, --bus <name>', 'which of several running buses')
    .option('--host <name>', 'which host of it to ask; any will do where nothing is said')
    .addOption(new Option('--admin <url>', 'address of the admin API').env('GUILDHALL_ADMIN'))
    .addOption(new Option('--token <token>', 'bearer token of the admin API').env('GUILDHALL_ADMIN_TOKEN'))
    .option('--wait <seconds>', 'wait so long for a bus to appear', wholeNumber)
    .option('--json', 'print JSON instead of a table');
}

export function adminOf(options: BusOptions, { cwd }: Console): AdminClient {
  return connectAdmin({ ...options, solution: resolve(cwd, options.solution) });
}

/** How many to list: as many as the admin API gives at once. */
export function listLimit(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 1000) throw new InvalidArgumentError('It must be from 1 to 1000.');
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

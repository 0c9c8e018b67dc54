/** `guildhall resume` and `guildhall terminate`: an operator's word on what is suspended. */
import type { Command } from 'commander';
import { isBusError } from '../../errors/as-bus-error.ts';
import type { AdminClient } from '../admin-client.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Finish, Verb } from '../verb.ts';

type Action = 'resume' | 'terminate';

interface Options extends BusOptions {
  readonly instance?: boolean;
  readonly under?: string;
  readonly code?: string;
  readonly subscriber?: string;
  readonly all?: boolean;
}

interface Refusal {
  readonly id: string;
  readonly code: string;
  readonly reason: string;
}

interface Outcome {
  readonly refused?: readonly Refusal[];
  readonly [count: string]: unknown;
}

export const resume: Verb = { add: (program, io, finish) => addAction(program, io, finish, 'resume') };
export const terminate: Verb = { add: (program, io, finish) => addAction(program, io, finish, 'terminate') };

function addAction(program: Command, io: Console, finish: Finish, action: Action): void {
  const description = { resume: 'try what is suspended again', terminate: 'end what is suspended; its record stays' }[
    action
  ];
  const command = program.command(`${action} [ids...]`).description(description);
  if (action === 'resume')
    command.option('--under <version>', 'with --instance: under that definition, by its hash, or `current`');
  withBusOptions(command)
    .option('-i, --instance', 'the ids are those of orchestration instances, not deliveries')
    .option('-c, --code <code>', 'everything suspended with this code')
    .option('--subscriber <name>', 'everything suspended for this subscriber')
    .option('--all', 'everything that is suspended')
    .action(
      finish(async (ids: string[], options: Options) => {
        const { code, subscriber, all } = options;
        if (options.under !== undefined && options.instance !== true) {
          io.err('--under goes with --instance.');
          return EXIT.usage;
        }
        const many = code !== undefined || subscriber !== undefined || all === true;
        if (many === ids.length > 0 || (many && options.instance === true)) {
          io.err('Give ids, of deliveries or with --instance of instances; or one of --code, --subscriber, --all.');
          return EXIT.usage;
        }
        const admin = adminOf(options, io);
        if (!many) return report(io, options, action, await each(admin, action, ids, options));
        return report(
          io,
          options,
          action,
          await admin.post<Outcome>(`/suspended/${action}`, { code, subscriber, all }),
        );
      }),
    );
}

/** What is refused of one does not keep the others from being done. */
async function each(
  admin: AdminClient,
  action: Action,
  ids: readonly string[],
  { instance, under }: Options,
): Promise<Outcome> {
  const kind = instance ? 'instances' : 'deliveries';
  const refused: Refusal[] = [];
  for (const id of ids) {
    try {
      await admin.post(`/${kind}/${encodeURIComponent(id)}/${action}`, under === undefined ? {} : { under });
    } catch (thrown) {
      if (!isBusError(thrown) || thrown.kind !== 'message') throw thrown;
      refused.push({ id, code: thrown.code, reason: thrown.message });
    }
  }
  return { [`${action}d`]: ids.length - refused.length, refused };
}

function report(io: Console, { json }: Options, action: Action, outcome: Outcome): ExitCode {
  if (json) io.out(JSON.stringify(outcome));
  else {
    io.out(`${String(outcome[`${action}d`])} ${action}d.`);
    for (const { id, code, reason } of outcome.refused ?? []) io.err(`${id}: ${code} ${reason}`);
  }
  return (outcome.refused?.length ?? 0) > 0 ? EXIT.failed : EXIT.ok;
}

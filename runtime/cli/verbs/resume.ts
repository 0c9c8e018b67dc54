/** `guildhall resume` and `guildhall terminate`: an operator's word on what is suspended. */
import type { Command } from 'commander';
import type { AdminClient } from '../admin-client.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Finish, Verb } from '../verb.ts';

type Action = 'resume' | 'terminate';

interface Options extends BusOptions {
  readonly instance?: boolean;
  readonly code?: string;
  readonly subscriber?: string;
  readonly all?: boolean;
}

interface Outcome {
  readonly refused?: readonly { readonly id: string; readonly code: string; readonly reason: string }[];
  readonly [count: string]: unknown;
}

export const resume: Verb = { add: (program, io, finish) => addAction(program, io, finish, 'resume') };
export const terminate: Verb = { add: (program, io, finish) => addAction(program, io, finish, 'terminate') };

function addAction(program: Command, io: Console, finish: Finish, action: Action): void {
  const description = { resume: 'try what is suspended again', terminate: 'end what is suspended; its record stays' }[
    action
  ];
  withBusOptions(program.command(`${action} [ids...]`).description(description))
    .option('-i, --instance', 'the ids are those of orchestration instances, not deliveries')
    .option('-c, --code <code>', 'everything suspended with this code')
    .option('--subscriber <name>', 'everything suspended for this subscriber')
    .option('--all', 'everything that is suspended')
    .action(
      finish(async (ids: string[], options: Options) => {
        const { code, subscriber, all } = options;
        const many = code !== undefined || subscriber !== undefined || all === true;
        if (many === ids.length > 0) {
          io.err(`Give ids, or one of --code, --subscriber, --all.`);
          return EXIT.usage;
        }
        const admin = adminOf(options, io);
        if (!many) return one(admin, io, action, ids, options);
        return report(
          io,
          options,
          action,
          await admin.post<Outcome>(`/suspended/${action}`, { code, subscriber, all }),
        );
      }),
    );
}

async function one(
  admin: AdminClient,
  io: Console,
  action: Action,
  ids: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const kind = options.instance ? 'instances' : 'deliveries';
  for (const id of ids) await admin.post(`/${kind}/${encodeURIComponent(id)}/${action}`);
  return report(io, options, action, { [`${action}d`]: ids.length, refused: [] });
}

function report(io: Console, { json }: Options, action: Action, outcome: Outcome): ExitCode {
  if (json) io.out(JSON.stringify(outcome));
  else {
    io.out(`${String(outcome[`${action}d`])} ${action}d.`);
    for (const { id, code, reason } of outcome.refused ?? []) io.err(`${id}: ${code} ${reason}`);
  }
  return (outcome.refused?.length ?? 0) > 0 ? EXIT.failed : EXIT.ok;
}

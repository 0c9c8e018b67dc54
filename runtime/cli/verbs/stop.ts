/** `guildhall stop` and `guildhall start`: a send port is held back while its far end is away, and let go again. */
import type { Command } from 'commander';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import type { Console } from '../console.ts';
import { EXIT } from '../exit.ts';
import type { Finish, Verb } from '../verb.ts';

type Action = 'stop' | 'start';

const WORDS = {
  stop: { does: 'hold a part of the bus back, on all hosts, until it is started', done: 'stopped' },
  start: { does: 'let a part of the bus go on that was stopped', done: 'started' },
} as const;

export const stop: Verb = { add: (program, io, finish) => addAction(program, io, finish, 'stop') };
export const start: Verb = { add: (program, io, finish) => addAction(program, io, finish, 'start') };

function addAction(program: Command, io: Console, finish: Finish, action: Action): void {
  const { does, done } = WORDS[action];
  const group = program.command(action).description(does);
  withBusOptions(group.command('send-port <name>').description('what is for it waits; nothing is lost')).action(
    finish(async (name: string, options: BusOptions) => {
      const answer = await adminOf(options, io).post(`/send-ports/${encodeURIComponent(name)}/${action}`);
      io.out(options.json ? JSON.stringify(answer) : `The send port ${name} is ${done}.`);
      return EXIT.ok;
    }),
  );
}

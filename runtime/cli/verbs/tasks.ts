/** `guildhall tasks`, `claim`, `release`, `delegate` and `done`: what orchestrations ask of people, who does it, and what they filled in. */

import { adminOf, type BusOptions, listLimit, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import { bytesOfFile, mediaTypeOf } from '../given-file.ts';
import { ago, table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface ListOptions extends BusOptions {
  readonly role?: string;
  readonly limit: number;
}

interface Task {
  readonly id: string;
  readonly role: string;
  readonly title: string;
  readonly form: string;
  readonly due: string | null;
  readonly since: number;
  readonly claimedBy: string | null;
}

export const tasks: Verb = {
  add(program, io, finish) {
    withBusOptions(program.command('tasks').description('list what orchestrations wait for people to do'))
      .option('-r, --role <role>', 'only what is for this role')
      .option('-n, --limit <count>', 'at most so many', listLimit, 100)
      .action(
        finish(async (options: ListOptions) => {
          const { role, limit } = options;
          const found = await adminOf(options, io).get<{ tasks: readonly Task[] }>('/tasks', { role, limit });
          io.out(options.json ? JSON.stringify(found) : listed(found.tasks, io.clock.now()));
          return EXIT.ok;
        }),
      );
  },
};

function listed(found: readonly Task[], now: number): string {
  if (found.length === 0) return 'Nothing is to be done.';
  return table(
    found.map(({ id, role, title, form, due, since, claimedBy }) => ({
      task: id,
      role,
      title,
      form,
      due,
      since: ago(since, now),
      by: claimedBy ?? '',
    })),
  );
}

interface ByOptions extends BusOptions {
  readonly by?: string;
}

interface Held {
  readonly claimedBy: string;
}

const taskPath = (task: string, what: string, by?: string) =>
  `/tasks/${encodeURIComponent(task)}/${what}${by === undefined ? '' : `?by=${encodeURIComponent(by)}`}`;

export const claim: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('claim <task>').description('take a task on, so that nobody else of its role does it'),
    )
      .option('--by <name>', 'who takes it on; whoever has a token of their own is known by it')
      .action(
        finish(async (task: string, options: ByOptions) => {
          const held = await adminOf(options, io).post<Held>(taskPath(task, 'claim', options.by));
          io.out(options.json ? JSON.stringify(held) : `${task} is with ${held.claimedBy}`);
          return EXIT.ok;
        }),
      );
  },
};

export const release: Verb = {
  add(program, io, finish) {
    withBusOptions(program.command('release <task>').description('give a task back to all of its role')).action(
      finish(async (task: string, options: BusOptions) => {
        const released = await adminOf(options, io).post<object>(taskPath(task, 'release'));
        io.out(options.json ? JSON.stringify(released) : `released ${task}`);
        return EXIT.ok;
      }),
    );
  },
};

export const delegate: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('delegate <task> <name>').description('give a task to somebody else of its role'),
    ).action(
      finish(async (task: string, to: string, options: BusOptions) => {
        const held = await adminOf(options, io).post<Held>(taskPath(task, 'delegate'), { to });
        io.out(options.json ? JSON.stringify(held) : `${task} is with ${held.claimedBy}`);
        return EXIT.ok;
      }),
    );
  },
};

interface DoneOptions extends ByOptions {
  readonly contentType?: string;
}

export const done: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('done <task> <file>').description('hand in what was filled in ("-": standard input) for a task'),
    )
      .option('--by <name>', 'who did it; whoever has a token of their own is known by it')
      .option('--content-type <type>', 'the media type; by default from the file name')
      .action(
        finish(async (task: string, file: string, options: DoneOptions) => {
          const body = bytesOfFile(file, io);
          if (!body) return EXIT.usage;
          const path = taskPath(task, 'complete', options.by);
          const type = options.contentType ?? mediaTypeOf(file);
          const completed = await adminOf(options, io).upload<{ messageId: string }>(path, body, type);
          io.out(options.json ? JSON.stringify(completed) : `done ${task}`);
          return EXIT.ok;
        }),
      );
  },
};

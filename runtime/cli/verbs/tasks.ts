/** `guildhall tasks` and `guildhall done`: what orchestrations ask of people, and what they filled in. */

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
    found.map(({ id, role, title, form, due, since }) => ({
      task: id,
      role,
      title,
      form,
      due,
      since: ago(since, now),
    })),
  );
}

interface DoneOptions extends BusOptions {
  readonly by: string;
  readonly contentType?: string;
}

export const done: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('done <task> <file>').description('hand in what was filled in ("-": standard input) for a task'),
    )
      .requiredOption('--by <name>', 'who did it')
      .option('--content-type <type>', 'the media type; by default from the file name')
      .action(
        finish(async (task: string, file: string, options: DoneOptions) => {
          const body = bytesOfFile(file, io);
          if (!body) return EXIT.usage;
          const path = `/tasks/${encodeURIComponent(task)}/complete?by=${encodeURIComponent(options.by)}`;
          const type = options.contentType ?? mediaTypeOf(file);
          const completed = await adminOf(options, io).upload<{ messageId: string }>(path, body, type);
          io.out(options.json ? JSON.stringify(completed) : `done ${task}`);
          return EXIT.ok;
        }),
      );
  },
};

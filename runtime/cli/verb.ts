/** A verb of the command line: adds itself to the program. Its action returns the exit code. */
import type { Command } from 'commander';
import type { Console } from './console.ts';
import type { ExitCode } from './exit.ts';

export interface Verb {
  add(program: Command, io: Console, finish: Finish): void;
}

/** Wraps an action: errors are told in one line each, and decide the exit code. */
export type Finish = <A extends unknown[]>(
  action: (...given: A) => Promise<ExitCode>,
) => (...given: A) => Promise<void>;

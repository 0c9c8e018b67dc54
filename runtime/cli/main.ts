/** The command line `guildhall`: the one place that makes the clock, the ids and chance, and hands them down. */
import { Command, CommanderError } from 'commander';
import { adapters } from '../../adapters/index.ts';
import { createIds } from '../clock/identity.ts';
import { createSystemClock } from '../clock/system.ts';
import { components } from '../pipelines/components/index.ts';
import type { Console } from './console.ts';
import { EXIT } from './exit.ts';
import { explainError } from './explain-error.ts';
import { ownPackage } from './own-package.ts';
import type { Finish } from './verb.ts';
import { verbs } from './verbs/index.ts';

export async function main(argv: readonly string[], io: Console): Promise<number> {
  let exit: number = EXIT.ok;
  const finish: Finish =
    (action) =>
    async (...given) => {
      try {
        exit = await action(...given);
      } catch (thrown) {
        exit = explainError(thrown, io, argv.includes('--json'));
      }
    };
  const program = new Command('guildhall')
    .description('A service bus for councils.')
    .version(ownPackage().version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) });
  for (const verb of verbs) verb.add(program, io, finish);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exit;
}

export function systemConsole(): Console {
  const clock = createSystemClock();
  const random = Math.random;
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    tty: process.stdout.isTTY === true,
    cwd: process.cwd(),
    env: process.env,
    clock,
    random,
    newId: createIds(clock, random),
    adapters,
    components,
  };
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), systemConsole());

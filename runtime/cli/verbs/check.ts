/** `guildhall check [folder]`: everything that is wrong with a solution, before anything runs; no network. */
import { EXIT } from '../exit.ts';
import { findingsSummary, findingText } from '../findings.ts';
import { openSolution } from '../open-solution.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly environment?: string;
  readonly json?: boolean;
}

export const check: Verb = {
  add(program, io, finish) {
    program
      .command('check [folder]')
      .description('find everything that is wrong with a solution')
      .option('-e, --environment <name>', 'with this environment: its name, or the path of its file')
      .option('--json', 'print JSON')
      .action(
        finish(async (folder: string | undefined, options: Options) => {
          const { findings } = await openSolution(folder ?? '.', options.environment, io);
          if (options.json) io.out(JSON.stringify({ findings }));
          else io.out([...findings.map(findingText), findingsSummary(findings)].join('\n'));
          return findings.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.ok;
        }),
      );
  },
};

/** `guildhall test [folder]`: runs the *.test.yaml files of a solution. */
import { resolve } from 'node:path';
import { readSolution } from '../../solution/find.ts';
import { runSolutionTests, type SolutionTests, type TestedFile } from '../../solution/run-tests.ts';
import { EXIT } from '../exit.ts';
import { findingText } from '../findings.ts';
import type { Verb } from '../verb.ts';

export const test: Verb = {
  add(program, io, finish) {
    program
      .command('test [folder]')
      .description("run a solution's *.test.yaml files: simulated time, no network")
      .option('--json', 'print JSON')
      .action(
        finish(async (folder: string | undefined, options: { json?: boolean }) => {
          const results = runSolutionTests(readSolution(resolve(io.cwd, folder ?? '.')), io.adapters);
          io.out(options.json ? JSON.stringify(results) : describe(results));
          return passed(results) ? EXIT.ok : EXIT.failed;
        }),
      );
  },
};

function passed({ files, findings }: SolutionTests): boolean {
  const wrong = findings.some(({ severity }) => severity === 'error');
  return !wrong && files.every(({ cases }) => cases.every((one) => one.passed));
}

function describe({ files, findings }: SolutionTests): string {
  const cases = files.flatMap((file) => file.cases);
  const failed = cases.filter((one) => !one.passed).length;
  const summary = `${files.length} files, ${cases.length - failed} passed, ${failed} failed.`;
  return [...findings.map(findingText), ...files.flatMap(described), summary].join('\n');
}

function described({ file, cases }: TestedFile): string[] {
  const lines = cases.map(({ name, passed: good, message }) => {
    const reason = message === undefined ? '' : `\n${message.replaceAll(/^/gm, '        ')}`;
    return `  ${good ? 'ok    ' : 'FAILED'} ${name}${reason}`;
  });
  return [file, ...lines];
}

/** `guildhall test [folder]`: runs the *.test.yaml files of a solution. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ShapeCoverage } from '../../contracts/tested.ts';
import type { MapCoverage } from '../../maps/coverage.ts';
import { readSolution } from '../../solution/find.ts';
import { runSolutionTests, type SolutionTests, type TestedFile } from '../../solution/run-tests.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { withExtensions } from '../extensions.ts';
import { findingText } from '../findings.ts';
import { junitOf } from '../junit.ts';
import { table, WHOLE } from '../table.ts';
import { updateTests } from '../update-tests.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly json?: boolean;
  readonly filter?: string;
  readonly update?: boolean;
  readonly coverage?: boolean;
  readonly minCoverage?: string;
  readonly junit?: string;
}

export const test: Verb = {
  add(program, io, finish) {
    program
      .command('test [folder]')
      .description("run a solution's *.test.yaml files: simulated time, no network")
      .option('--filter <text>', 'only cases whose file or name holds the text')
      .option('--update', 'write what came out into the tests, in place of what was expected')
      .option('--coverage', 'tell which fields of maps and steps of orchestrations no case has reached')
      .option('--min-coverage <percent>', 'fail below so many percent of all fields, or of all steps')
      .option('--junit <file>', 'write the results as JUnit XML too')
      .option('--json', 'print JSON')
      .action(
        finish((folder: string | undefined, options: Options) => run(resolve(io.cwd, folder ?? '.'), options, io)),
      );
  },
};

async function run(folder: string, options: Options, io: Console): Promise<ExitCode> {
  const least = options.minCoverage === undefined ? undefined : Number(options.minCoverage);
  if (least !== undefined && !(least >= 0 && least <= 100))
    return refused(io, `--min-coverage is a number from 0 to 100, not ${options.minCoverage}.`);
  if (options.update && io.env['CI'])
    return refused(io, '--update changes the tests, which no build server should: run it by hand.');
  const { adapters, components } = await withExtensions(io, folder);
  const results = only(await runSolutionTests(readSolution(folder), adapters, components), options.filter);
  if (options.update) {
    io.out(`${updateTests(folder, results.files)} expectations written. See what changed before you keep it.`);
    return run(folder, { ...options, update: false }, io);
  }
  if (options.junit !== undefined) writeFileSync(resolve(io.cwd, options.junit), junitOf(results.files));
  const covered = coveredBy(results);
  const shown = options.coverage || least !== undefined;
  io.out(
    options.json
      ? JSON.stringify({ ...results, covered: covered.fields, coveredSteps: covered.steps })
      : describe(results, shown ? covered : undefined),
  );
  return passed(results) && (least === undefined || Math.min(covered.fields, covered.steps) >= least)
    ? EXIT.ok
    : EXIT.failed;
}

function refused(io: Console, reason: string): ExitCode {
  io.err(reason);
  return EXIT.usage;
}

function only(results: SolutionTests, filter: string | undefined): SolutionTests {
  if (filter === undefined) return results;
  const files = results.files.map(({ file, cases }) => ({
    file,
    cases: cases.filter(({ name }) => `${file} ${name}`.includes(filter)),
  }));
  return { ...results, files: files.filter(({ cases }) => cases.length > 0) };
}

function passed({ files, findings }: SolutionTests): boolean {
  const wrong = findings.some(({ severity }) => severity === 'error');
  return !wrong && files.every(({ cases }) => cases.every((one) => one.passed));
}

/** Percent. */
interface Covered {
  readonly fields: number;
  readonly steps: number;
}

function coveredBy({ coverage, shapes }: SolutionTests): Covered {
  const fields = coverage.map(({ fields: all, missing }) => ({ all, missing: missing.length }));
  const steps = shapes.map(({ shapes: all, missing }) => ({ all, missing: missing.length }));
  return { fields: percent(fields), steps: percent(steps) };
}

function percent(counts: readonly { readonly all: number; readonly missing: number }[]): number {
  const all = counts.reduce((sum, count) => sum + count.all, 0);
  const missing = counts.reduce((sum, count) => sum + count.missing, 0);
  return all === 0 ? 100 : Math.floor(((all - missing) * 1000) / all) / 10;
}

function describe(results: SolutionTests, covered: Covered | undefined): string {
  const { files, findings } = results;
  const cases = files.flatMap((file) => file.cases);
  const failed = cases.filter((one) => !one.passed).length;
  const summary = `${files.length} files, ${cases.length - failed} passed, ${failed} failed.`;
  const told = covered === undefined ? [] : coverageText(results, covered);
  return [...findings.map(findingText), ...files.flatMap(described), ...told, summary].join('\n');
}

const coverageText = ({ coverage, shapes }: SolutionTests, { fields, steps }: Covered) => [
  coverageTable(coverage),
  `${fields} % of the fields of all maps are produced by some case.`,
  stepTable(shapes),
  `${steps} % of the steps of all orchestrations are passed by some case.`,
];

const coverageTable = (coverage: readonly MapCoverage[]) =>
  table(
    coverage.map(({ map, fields, missing }) => ({
      map,
      fields,
      produced: fields - missing.length,
      'never produced': missing.join(', '),
    })),
    ['map', 'fields', 'produced', 'never produced'],
    WHOLE,
  );

const stepTable = (shapes: readonly ShapeCoverage[]) =>
  table(
    shapes.map(({ orchestration, shapes: count, missing }) => ({
      orchestration,
      steps: count,
      passed: count - missing.length,
      'never passed': missing.map(({ name, line }) => `${name} (line ${line})`).join(', '),
    })),
    ['orchestration', 'steps', 'passed', 'never passed'],
    WHOLE,
  );

function described({ file, cases }: TestedFile): string[] {
  const lines = cases.map(({ name, passed: good, message }) => {
    const reason = message === undefined ? '' : `\n${message.replaceAll(/^/gm, '        ')}`;
    return `  ${good ? 'ok    ' : 'FAILED'} ${name}${reason}`;
  });
  return [file, ...lines];
}

/** Runs the *.test.yaml files of a solution: no network, simulated time, one result a case. */
import type { Adapter } from '../contracts/adapter.ts';
import type { Finding } from '../contracts/finding.ts';
import type { PipelineComponent } from '../contracts/pipeline.ts';
import type { ShapeCoverage, TestCase, TestResult } from '../contracts/tested.ts';
import { coverageOf, type MapCoverage } from '../maps/coverage.ts';
import { runMapTest } from '../maps/run-test.ts';
import type { TestedPort } from '../orchestration/far-ends.ts';
import { runOrchestrationTest } from '../orchestration/run-test.ts';
import { shapeCoverageOf } from '../orchestration/shape-coverage.ts';
import { runPipelineTest } from '../pipelines/run-test.ts';
import { runSchemaTest } from '../schemas/run-test.ts';
import { retryOf } from './bind.ts';
import { bindingsOf } from './bindings.ts';
import { compileParts } from './compile-parts.ts';
import type { SolutionFiles } from './find.ts';
import { mapTest } from './kinds/map-test.ts';
import { orchestrationTest } from './kinds/orchestration-test.ts';
import { pipelineTest } from './kinds/pipeline-test.ts';
import { schemaTest } from './kinds/schema-test.ts';
import { type LoadedFile, loadSolution, ofKind } from './load.ts';
import type { Model } from './model.ts';
import { at, textOf } from './plain.ts';
import { settleFindings } from './settle-findings.ts';

export interface TestedFile {
  readonly file: string;
  readonly cases: readonly TestCase[];
}

export interface SolutionTests {
  readonly files: readonly TestedFile[];
  /** What is wrong with the solution's files, tests included. Faulty maps and orchestrations cannot be tested. */
  readonly findings: readonly Finding[];
  /** Of every map, also of those without a test. */
  readonly coverage: readonly MapCoverage[];
  /** Of every orchestration. */
  readonly shapes: readonly ShapeCoverage[];
}

export async function runSolutionTests(
  files: SolutionFiles,
  adapters: readonly Adapter[],
  components?: readonly PipelineComponent[],
): Promise<SolutionTests> {
  const loaded = loadSolution(files);
  const { model, findings } = compileParts(files, loaded, { adapters, components });
  const read = (path: string) => files.get(path);
  const pipelines = new Map(
    [...model.pipelines].flatMap(([name, pipeline]) => (pipeline ? [[name, pipeline] as const] : [])),
  );
  const maps = ofKind(loaded, mapTest).map((file) => ({ file, ...testMap(file, model) }));
  const processes = ofKind(loaded, orchestrationTest).map((file) => ({ file, ...testOrchestration(file, model) }));
  const results = [
    ...(await each(ofKind(loaded, schemaTest), ({ source }) =>
      runSchemaTest(source, { schemas: model.schemas, read }),
    )),
    ...(await each(ofKind(loaded, pipelineTest), ({ source }) =>
      runPipelineTest(source, { pipelines, schemas: model.schemas, parties: model.parties, read }),
    )),
    ...maps,
    ...processes,
  ];
  return {
    files: results.map(({ file, cases }) => ({ file: file.source.file, cases })),
    findings: settleFindings(loaded.findings, [...findings, ...results.flatMap((result) => result.findings)]),
    coverage: [...model.maps.values()].flatMap(({ name, program }) => {
      const target = program && model.schemas.find(program.target)?.document;
      const made = maps
        .filter(({ file }) => at(file.source.value, ['map']) === name)
        .flatMap(({ produced }) => produced);
      return target ? [coverageOf(name, target, made)] : [];
    }),
    shapes: model.orchestrations.flatMap(({ name, program }) => {
      const passed = processes.filter((each) => each.orchestration === name).flatMap(({ seen }) => [...seen]);
      return program ? [shapeCoverageOf(program, new Set(passed))] : [];
    }),
  };
}

/** One after the other. */
async function each(files: readonly LoadedFile[], run: (file: LoadedFile) => Promise<TestResult>) {
  const results: (TestResult & { readonly file: LoadedFile })[] = [];
  for (const file of files) results.push({ file, ...(await run(file)) });
  return results;
}

function testMap({ source }: LoadedFile, model: Model) {
  const maps = [...model.maps.values()].flatMap(({ name, program }) => (program ? [[name, program] as const] : []));
  const readDocument = (path: string, type: string) =>
    model.schemas.find(type)?.read(Buffer.from(model.files.get(path) ?? ''));
  return runMapTest(source, { maps: new Map(maps), readDocument });
}

function testOrchestration({ source }: LoadedFile, model: Model) {
  const { orchestrations, schemas, loaded } = model;
  const programs = orchestrations.flatMap(({ name, program }) => (program ? [[name, program] as const] : []));
  const bound = bindingsOf(loaded).map(
    ({ orchestration, bindings }) =>
      [orchestration, new Map(bindings.map(({ logical, physical }) => [logical, physical]))] as const,
  );
  const context = { programs: new Map(programs), schemas, bound: new Map(bound), ports: testedPorts(model) };
  return runOrchestrationTest(source, context);
}

function testedPorts({ ports }: Model): Map<string, TestedPort> {
  return new Map(
    ports.allSend.map(({ name, options }) => {
      const backup = textOf(at(options.value, ['backup']));
      return [name, { name, retry: retryOf(options), ...(backup === undefined ? {} : { backup }) }];
    }),
  );
}

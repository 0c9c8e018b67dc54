/** Runs the *.test.yaml files of a solution: no network, simulated time, one result a case. */
import type { Adapter } from '../contracts/adapter.ts';
import type { Finding } from '../contracts/finding.ts';
import { runMapTest } from '../maps/run-test.ts';
import { runOrchestrationTest } from '../orchestration/run-test.ts';
import { compileParts } from './compile-parts.ts';
import type { SolutionFiles } from './find.ts';
import { mapTest } from './kinds/map-test.ts';
import { orchestrationTest } from './kinds/orchestration-test.ts';
import { type LoadedFile, loadSolution, ofKind } from './load.ts';
import type { Model } from './model.ts';
import { settleFindings } from './settle-findings.ts';

export interface TestedFile {
  readonly file: string;
  readonly cases: readonly TestedCase[];
}

export interface TestedCase {
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed, over several lines. */
  readonly message?: string;
}

export interface SolutionTests {
  readonly files: readonly TestedFile[];
  /** What is wrong with the solution's files, tests included. Faulty maps and orchestrations cannot be tested. */
  readonly findings: readonly Finding[];
}

export function runSolutionTests(files: SolutionFiles, adapters: readonly Adapter[]): SolutionTests {
  const loaded = loadSolution(files);
  const { model, findings } = compileParts(files, loaded, adapters, undefined);
  const results = [
    ...ofKind(loaded, mapTest).map((file) => ({ file, ...testMap(file, model) })),
    ...ofKind(loaded, orchestrationTest).map((file) => ({ file, ...testOrchestration(file, model) })),
  ];
  return {
    files: results.map(({ file, cases }) => ({ file: file.source.file, cases })),
    findings: settleFindings(loaded.findings, [...findings, ...results.flatMap((result) => result.findings)]),
  };
}

function testMap({ source }: LoadedFile, model: Model) {
  const maps = [...model.maps.values()].flatMap(({ name, program }) => (program ? [[name, program] as const] : []));
  const readDocument = (path: string, type: string) =>
    model.schemas.find(type)?.read(Buffer.from(model.files.get(path) ?? ''));
  return runMapTest(source, { maps: new Map(maps), readDocument });
}

function testOrchestration({ source }: LoadedFile, { orchestrations, schemas }: Model) {
  const programs = orchestrations.flatMap(({ name, program }) => (program ? [[name, program] as const] : []));
  return runOrchestrationTest(source, { programs: new Map(programs), schemas });
}

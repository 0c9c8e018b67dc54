/**
 * Runs orchestrations/*.test.yaml: `test`, `orchestration`, `cases: [{ name, stubs, steps, end }]`. A step lets a message come in,
 * says what must go out next, lets a far end be away or time pass, or looks at the instance; steps are in test-steps.ts. Pure: no
 * network, simulated time.
 */
import { parseDuration } from '../contracts/duration.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Program } from '../contracts/orchestration.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import type { TestCase } from '../contracts/tested.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { finding } from '../errors/finding.ts';
import { createFarEnds, type Stub, type TestedPort } from './far-ends.ts';
import { isPlain, type Plain } from './plain.ts';
import { simulate } from './simulation.ts';
import { checkEnd, Failed, faultOf, instantOf, runStep } from './test-steps.ts';

export interface OrchestrationTestContext {
  readonly programs: ReadonlyMap<string, Program>;
  readonly schemas: SchemaSet;
  /** Orchestration to its ports and the send ports that they are bound to. */
  readonly bound?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly ports?: ReadonlyMap<string, TestedPort>;
}

export interface OrchestrationTestResult {
  readonly cases: readonly TestCase[];
  readonly findings: readonly Finding[];
  /** The orchestration, and the places of its shapes that some case passed. */
  readonly orchestration?: string;
  readonly seen: ReadonlySet<string>;
}

export function runOrchestrationTest(source: Source, context: OrchestrationTestContext): OrchestrationTestResult {
  const written = isPlain(source.value) ? source.value : {};
  const name = String(written['orchestration']);
  const program = context.programs.get(name);
  const invalid = (path: Path, reason: string, known: Iterable<string> = []) =>
    finding('TEST_INVALID', source.locate(path), { reason }, { unknown: { name, known } });
  const cases = Array.isArray(written['cases']) ? (written['cases'] as unknown[]) : [];
  const unknownPorts = program ? cases.flatMap((each, index) => unknownStubs(each, index, program, source)) : [];
  const findings = [
    ...(program
      ? []
      : [invalid(['orchestration'], `There is no orchestration "${name}" to test`, context.programs.keys())]),
    ...(cases.length === 0 ? [invalid(['cases'], 'There are no cases')] : []),
    ...unknownPorts,
  ];
  const seen = new Set<string>();
  if (!program) return { cases: [], findings, seen };
  const results = cases.map((each, index) => runCase(each, index, { program, context, seen }));
  return { cases: results, findings, orchestration: name, seen };
}

/** A stub of a port that the orchestration does not have would never be asked, nor would it matter that it is down. */
function unknownStubs(value: unknown, index: number, { ports, calls, name }: Program, source: Source): Finding[] {
  const known = [...ports.keys(), ...calls.map(({ orchestration }) => orchestration)];
  const { stubs, steps }: Plain = isPlain(value) ? value : {};
  const stubbed = Object.keys(isPlain(stubs) ? stubs : {}).map((port) => ({
    port,
    path: ['stubs', port],
    side: 'key',
  }));
  const downs = (Array.isArray(steps) ? (steps as unknown[]) : []).flatMap((step, number) => {
    const down = isPlain(step) && isPlain(step['down']) ? step['down'] : undefined;
    return down ? [{ port: String(down['port']), path: ['steps', number, 'down', 'port'], side: 'value' }] : [];
  });
  return [...stubbed, ...downs]
    .filter(({ port }) => !known.includes(port))
    .map(({ port, path, side }) =>
      finding(
        'TEST_INVALID',
        source.locate(['cases', index, ...path], side as 'key' | 'value'),
        { reason: `${name} has no port "${port}"` },
        { unknown: { name: port, known } },
      ),
    );
}

interface Tested {
  readonly program: Program;
  readonly context: OrchestrationTestContext;
  readonly seen: Set<string>;
}

function runCase(value: unknown, index: number, { program, context, seen }: Tested): TestCase {
  const written = isPlain(value) ? value : {};
  const name = typeof written['name'] === 'string' ? written['name'] : `case ${index + 1}`;
  const { schemas, bound = new Map(), ports = new Map() } = context;
  try {
    const stubs = stubsOf(written['stubs']);
    const farEnds = createFarEnds({ bound: bound.get(program.name) ?? new Map(), ports, stubs });
    const start = written['now'] === undefined ? undefined : beginning(written['now']);
    const simulation = simulate(program, { schemas, farEnds, refusalOf: faultOf, start, seen });
    const steps = Array.isArray(written['steps']) ? (written['steps'] as unknown[]) : [];
    for (const [at, step] of steps.entries())
      runStep(isPlain(step) ? step : {}, { number: at + 1, path: ['cases', index, 'steps', at], simulation, schemas });
    checkEnd(written['end'], simulation);
    return { name, passed: true };
  } catch (thrown) {
    if (thrown instanceof Failed)
      return { name, passed: false, message: thrown.message, ...(thrown.update ? { update: thrown.update } : {}) };
    if (isBusError(thrown)) return { name, passed: false, message: thrown.message };
    throw thrown;
  }
}

function beginning(value: unknown): number {
  const instant = instantOf(value);
  if (instant === undefined)
    throw new Failed(`"${String(value)}" is no date-time with its offset, as 2026-12-23T16:00:00Z.`);
  return instant;
}

function stubsOf(value: unknown): Map<string, readonly Stub[]> {
  const stubs = isPlain(value) ? Object.entries(value) : [];
  return new Map(stubs.map(([port, each]) => [port, (Array.isArray(each) ? each : [each]).map(stubOf)]));
}

function stubOf(value: unknown): Stub {
  const { respond, fault, after }: Plain = isPlain(value) ? value : {};
  return { respond, fault, after: after === undefined ? 0 : (parseDuration(String(after)) ?? 0) };
}

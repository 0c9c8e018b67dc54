/**
 * Runs orchestrations/*.test.yaml: `test`, `orchestration`, `cases: [{ name, steps, end }]`. A step lets a message come in
 * (`receive`), says what must go out next (`expect-send`, with `respond` or `fault`; `expect-reply`), or lets time pass
 * (`skip`). Documents are compared by the fields that the test names. Pure: no network, simulated time.
 */
import { parseDuration } from '../contracts/duration.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Program } from '../contracts/orchestration.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { finding } from '../errors/finding.ts';
import { differences } from './match-document.ts';
import { isPlain, type Plain } from './plain.ts';
import { type Outgoing, type Simulation, simulate } from './simulation.ts';

export interface OrchestrationTestContext {
  readonly programs: ReadonlyMap<string, Program>;
  readonly schemas: SchemaSet;
}

export interface TestCase {
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed: one line a difference. */
  readonly message?: string;
}

export interface OrchestrationTestResult {
  readonly cases: readonly TestCase[];
  readonly findings: readonly Finding[];
}

/** A test that fails, and why. */
class Failed extends Error {}

export function runOrchestrationTest(source: Source, context: OrchestrationTestContext): OrchestrationTestResult {
  const written = isPlain(source.value) ? source.value : {};
  const name = String(written['orchestration']);
  const program = context.programs.get(name);
  const invalid = (path: Path, reason: string, known: Iterable<string> = []) =>
    finding('TEST_INVALID', source.locate(path), { reason }, { unknown: { name, known } });
  const cases = Array.isArray(written['cases']) ? (written['cases'] as unknown[]) : [];
  const findings = [
    ...(program
      ? []
      : [invalid(['orchestration'], `There is no orchestration "${name}" to test`, context.programs.keys())]),
    ...(cases.length === 0 ? [invalid(['cases'], 'There are no cases')] : []),
  ];
  if (!program) return { cases: [], findings };
  return { cases: cases.map((each, index) => runCase(each, index, program, context.schemas)), findings };
}

function runCase(value: unknown, index: number, program: Program, schemas: SchemaSet): TestCase {
  const written = isPlain(value) ? value : {};
  const name = typeof written['name'] === 'string' ? written['name'] : `case ${index + 1}`;
  try {
    const simulation = simulate(program, schemas);
    const steps = Array.isArray(written['steps']) ? (written['steps'] as unknown[]) : [];
    for (const [at, step] of steps.entries()) runStep(isPlain(step) ? step : {}, at + 1, simulation, schemas);
    checkEnd(written['end'], simulation);
    return { name, passed: true };
  } catch (thrown) {
    if (thrown instanceof Failed || isBusError(thrown)) return { name, passed: false, message: thrown.message };
    throw thrown;
  }
}

type Runner = (value: unknown, step: Plain, simulation: Simulation, schemas: SchemaSet) => void;

const RUNNERS: Readonly<Record<string, Runner>> = {
  receive: (value, _, simulation, schemas) => {
    const { port, message, document } = plain(value, 'receive');
    const wrong = schemas
      .find(String(message))
      ?.validate(document)
      .map(({ path, message: text }) => `${path}: ${text}`);
    if (!wrong) throw new Failed(`There is no message type "${String(message)}".`);
    if (wrong.length > 0) throw new Failed(`The document is no ${String(message)}:\n${wrong.join('\n')}`);
    const taken = simulation.receive(String(port), String(message), document);
    if (!taken) throw new Failed(`Nothing waits for ${String(message)} at ${String(port)}.${standing(simulation)}`);
  },

  'expect-send': (value, step, simulation) => {
    const { port, document } = plain(value, 'expect-send');
    const sent = nextOf('send', simulation, `a send by ${String(port)}`);
    if (sent.port !== port) throw new Failed(`Expected a send by ${String(port)}, but the next goes to ${sent.port}.`);
    compare(simulation.document(sent.message), document, `What went to ${sent.port} is not as expected:`);
    if (step['respond'] !== undefined && !simulation.respond(sent.id, step['respond']))
      throw new Failed(`Nothing waits for an answer of ${sent.port}.`);
    if (step['fault'] !== undefined) simulation.refuse(sent.id, faultOf(step['fault']));
  },

  'expect-reply': (value, _, simulation) => {
    const sent = nextOf('reply', simulation, 'a reply');
    compare(simulation.document(sent.message), value, 'The reply is not as expected:');
  },

  skip: (value, _, simulation) => {
    const ms = parseDuration(String(value));
    if (ms === undefined) throw new Failed(`"${String(value)}" is not a duration.`);
    simulation.skip(ms);
  },
};

function runStep(step: Plain, number: number, simulation: Simulation, schemas: SchemaSet): void {
  const kind = Object.keys(RUNNERS).find((each) => each in step);
  try {
    if (!kind) throw new Failed(`A step is one of ${Object.keys(RUNNERS).join(', ')}.`);
    RUNNERS[kind]!(step[kind], step, simulation, schemas);
  } catch (thrown) {
    if (thrown instanceof Failed) throw new Failed(`Step ${number}: ${thrown.message}`);
    throw thrown;
  }
}

function plain(value: unknown, what: string): Plain {
  if (isPlain(value)) return value;
  throw new Failed(`"${what}" wants a mapping (key: value).`);
}

function nextOf<K extends Outgoing['kind']>(kind: K, simulation: Simulation, what: string): Outgoing & { kind: K } {
  const next = simulation.outgoing.shift();
  if (!next) throw new Failed(`Expected ${what}, but nothing went out.${standing(simulation)}`);
  if (next.kind === kind) return next as Outgoing & { kind: K };
  const found = next.kind === 'send' ? `a send by ${next.port}` : `a reply at ${next.port}`;
  throw new Failed(`Expected ${what}, but ${found} comes next:\n${JSON.stringify(simulation.document(next.message))}`);
}

function compare(found: unknown, expected: unknown, otherwise: string): void {
  const lines = expected === undefined ? [] : differences(found, expected);
  if (lines.length > 0) throw new Failed([otherwise, ...lines].join('\n'));
}

function faultOf(value: unknown) {
  const { error, reason, detail } = plain(value, 'fault');
  const fault = String(error);
  const told = { code: 'ENDPOINT_REFUSED', fault, reason: String(reason ?? fault) };
  return { ...told, ...(detail === undefined ? {} : { detail }) };
}

function checkEnd(end: unknown, simulation: Simulation): void {
  const rest = simulation.outgoing.map(({ kind, port }) => `a ${kind} by ${port}`);
  if (rest.length > 0) throw new Failed(`At the end there is more than expected: ${rest.join(', ')}.`);
  const status = simulation.instance?.status ?? 'not started';
  if (end !== undefined && status !== end)
    throw new Failed(`At the end the instance is ${status}, expected ${String(end)}.${standing(simulation)}`);
}

function standing({ instance }: Simulation): string {
  const failure = instance?.failure;
  if (!failure) return instance ? ` The instance is ${instance.status}.` : ' No instance was started.';
  return ` The instance is suspended at "${failure.shape}" (line ${failure.line}): ${failure.code} ${failure.reason}`;
}

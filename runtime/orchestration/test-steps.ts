/** The steps of a case in orchestrations/*.test.yaml, and what they say when something is not as expected. */
import type { Instant } from '../contracts/clock.ts';
import { parseDuration } from '../contracts/duration.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import type { Path } from '../contracts/source.ts';
import { differences, projected } from './match-document.ts';
import { isPlain, type Plain } from './plain.ts';
import type { Outgoing, Sent, Simulation } from './simulation.ts';

/** A test that fails, and why; `update` is what would make it pass. */
export class Failed extends Error {
  readonly update: { readonly path: Path; readonly value: unknown } | undefined;

  constructor(message: string, update?: { readonly path: Path; readonly value: unknown }) {
    super(message);
    this.update = update;
  }
}

export interface StepContext {
  /** From 1. */
  readonly number: number;
  readonly path: Path;
  readonly simulation: Simulation;
  readonly schemas: SchemaSet;
}

type Runner = (value: unknown, step: Plain, context: StepContext) => void;

const RUNNERS: Readonly<Record<string, Runner>> = {
  receive: (value, _, { simulation, schemas }) => {
    const { port, message, document, taken: wanted = true } = plain(value, 'receive');
    const wrong = schemas
      .find(String(message))
      ?.validate(document)
      .map(({ path, message: text }) => `${path}: ${text}`);
    if (!wrong) throw new Failed(`There is no message type "${String(message)}".`);
    if (wrong.length > 0) throw new Failed(`The document is no ${String(message)}:\n${wrong.join('\n')}`);
    const taken = simulation.receive(String(port), String(message), document);
    const what = `${String(message)} at ${String(port)}`;
    if (wanted === false && taken) throw new Failed(`It takes ${what}, which it should leave.${standing(simulation)}`);
    if (wanted !== false && !taken) throw new Failed(`Nothing waits for ${what}.${standing(simulation)}`);
  },

  'expect-send': (value, step, { simulation, path }) => {
    const { port, via, document } = plain(value, 'expect-send');
    const sent = nextSend(simulation, String(port));
    if (via !== undefined && sent.via !== via)
      throw new Failed(`Expected it to go through ${String(via)}, but it went through ${sent.via}.`);
    const at = [...path, 'expect-send', 'document'];
    compare(simulation.document(sent.message), document, at, `What went to ${sent.port} is not as expected:`);
    if (sent.answered && (step['respond'] !== undefined || step['fault'] !== undefined))
      throw new Failed(`${sent.port} has a stub that answers: take that or this answer away.`);
    if (sent.notify) {
      if (!sent.answered) simulation.notify(sent.id, step['fault'] === undefined ? undefined : faultOf(step['fault']));
      return;
    }
    if (step['respond'] !== undefined && !simulation.respond(sent.id, step['respond']))
      throw new Failed(`Nothing waits for an answer of ${sent.port}.`);
    if (step['fault'] !== undefined) simulation.refuse(sent.id, faultOf(step['fault']));
  },

  'expect-reply': (value, _, { simulation, path }) => {
    const sent = nextReply(simulation);
    compare(simulation.document(sent.message), value, [...path, 'expect-reply'], 'The reply is not as expected:');
  },

  'expect-nothing': (_value, _step, { simulation }) => {
    const next = simulation.outgoing[0];
    if (next) throw new Failed(`Expected that nothing goes out, but there is ${described(next, simulation)}`);
  },

  expect: (value, _, { simulation }) => {
    const { status, at, milestones, ...rest } = plain(value, 'expect');
    const found = simulation.instance?.status ?? 'not started';
    if (status !== undefined && found !== status)
      throw new Failed(`The instance is ${found}, expected ${String(status)}.${standing(simulation)}`);
    const places = simulation.places();
    if (at !== undefined && !places.includes(String(at)))
      throw new Failed(`It stands at ${places.join(', ') || 'no step'}, expected ${String(at)}.`);
    if (milestones !== undefined) compareMilestones(simulation.milestones, milestones);
    const holds = Object.entries(isPlain(rest['holds']) ? rest['holds'] : {});
    const lines = holds.flatMap(([name, expected]) => differences(simulation.valueOf(name), expected, name));
    if (lines.length > 0) throw new Failed(['It holds something else:', ...lines].join('\n'));
  },

  down: (value, _, { simulation }) => {
    const { port, for: length } = plain(value, 'down');
    simulation.down(String(port), durationOf(length));
  },

  resume: (_value, _step, { simulation }) => {
    if (!simulation.resume()) throw new Failed(`Only what is suspended can be resumed.${standing(simulation)}`);
  },

  skip: (value, _, { simulation }) => simulation.skip(lengthOf(value, simulation.now)),
};

export const TEST_STEPS: readonly string[] = Object.keys(RUNNERS);

export function runStep(step: Plain, context: StepContext): void {
  const kind = TEST_STEPS.find((each) => each in step);
  try {
    if (!kind) throw new Failed(`A step is one of ${TEST_STEPS.join(', ')}.`);
    RUNNERS[kind]!(step[kind], step, context);
  } catch (thrown) {
    if (thrown instanceof Failed) throw new Failed(`Step ${context.number}: ${thrown.message}`, thrown.update);
    throw thrown;
  }
}

function plain(value: unknown, what: string): Plain {
  if (isPlain(value)) return value;
  throw new Failed(`"${what}" wants a mapping (key: value).`);
}

function durationOf(value: unknown): number {
  const ms = parseDuration(String(value));
  if (ms === undefined) throw new Failed(`"${String(value)}" is not a duration.`);
  return ms;
}

/** Up to a time that is given, or a duration. */
function lengthOf(value: unknown, now: Instant): number {
  const until = parseDuration(String(value)) === undefined ? instantOf(value) : undefined;
  if (until === undefined) return durationOf(value);
  if (until < now) throw new Failed(`It is ${new Date(now).toISOString()} already.`);
  return until - now;
}

/** A date-time with its offset, as 2026-12-23T16:00:00Z; undefined for anything else. */
export function instantOf(value: unknown): Instant | undefined {
  const text = value instanceof Date ? value.toISOString() : String(value);
  const instant = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

function compareMilestones(found: readonly string[], expected: unknown): void {
  const wanted = Array.isArray(expected) ? expected.map(String) : [String(expected)];
  if (found.join('\n') === wanted.join('\n')) return;
  throw new Failed(`It has reached ${found.join(', ') || 'no milestone'}, expected ${wanted.join(', ')}.`);
}

/** What stubs have answered may be passed over. */
function nextSend(simulation: Simulation, port: string): Sent {
  const { outgoing } = simulation;
  const index = outgoing.findIndex((each) => !isAnswered(each) || each.port === port);
  const next = index === -1 ? undefined : outgoing[index];
  if (!next) throw new Failed(`Expected a send by ${port}, but nothing went out.${standing(simulation)}`);
  if (next.kind === 'reply')
    throw new Failed(`Expected a send by ${port}, but next comes ${described(next, simulation)}`);
  outgoing.splice(0, index + 1);
  if (next.port !== port) throw new Failed(`Expected a send by ${port}, but the next goes to ${next.port}.`);
  return next;
}

function nextReply(simulation: Simulation): Outgoing & { kind: 'reply' } {
  const { outgoing } = simulation;
  const index = outgoing.findIndex((each) => !isAnswered(each));
  const next = index === -1 ? undefined : outgoing[index];
  if (!next) throw new Failed(`Expected a reply, but nothing went out.${standing(simulation)}`);
  if (next.kind === 'send') throw new Failed(`Expected a reply, but next comes ${described(next, simulation)}`);
  outgoing.splice(0, index + 1);
  return next;
}

const isAnswered = (each: Outgoing) => each.kind === 'send' && each.answered;

const described = ({ kind, port, message }: Outgoing, simulation: Simulation) =>
  `${kind === 'send' ? `a send by ${port}` : `a reply at ${port}`}:\n${JSON.stringify(simulation.document(message))}`;

/** Its expectation is partial, and so is what would be written in its place. */
function compare(found: unknown, expected: unknown, path: Path, otherwise: string): void {
  const lines = expected === undefined ? [] : differences(found, expected);
  if (lines.length > 0) throw new Failed([otherwise, ...lines].join('\n'), { path, value: projected(found, expected) });
}

export function faultOf(value: unknown) {
  const { error, reason, detail, code } = plain(value, 'fault');
  const fault = error === undefined ? {} : { fault: String(error) };
  const told = { code: String(code ?? 'ENDPOINT_REFUSED'), ...fault, reason: String(reason ?? error ?? code) };
  return { ...told, ...(detail === undefined ? {} : { detail }) };
}

export function checkEnd(end: unknown, simulation: Simulation): void {
  const rest = simulation.outgoing.filter((each) => !isAnswered(each)).map(({ kind, port }) => `a ${kind} by ${port}`);
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

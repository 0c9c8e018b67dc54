/** request: sends a message by a two-way port and waits for the answer. A fault or a timeout is an error of the port. */
import type { Path } from '../../contracts/source.ts';
import { busError } from '../../errors/bus-error.ts';
import type { Compiler } from '../compiler.ts';
import { carriesAll, checkFollows, correlated, initialise, initialiseFrom, readSets } from '../correlate.ts';
import type { CompiledShape } from '../program.ts';
import { emit, hold, type Run, referenceOf } from '../run.ts';
import type { Failure, Waited } from '../state.ts';
import { closed, follows, initialises, name, port, text } from './fragments.ts';
import { compileLimit, type Limit, limit, limitFlow, overAt } from './limit.ts';
import { NEXT, type Outcome, type ShapeKind } from './shape.ts';

export interface RequestShape extends CompiledShape {
  readonly kind: 'request';
  readonly port: string;
  readonly send: string;
  readonly response: string;
  /** As written, for its error. */
  readonly timeout: Limit | undefined;
  /** From the message that goes out where it has the values, otherwise from the answer. */
  readonly initialises: readonly string[];
  /** Those of them whose values certainly go out. */
  readonly initialisesOut: readonly string[];
  readonly follows: readonly string[];
  readonly at: Path;
}

const schema = closed(
  'Sends a message and waits for the answer',
  {
    name,
    port,
    send: text('The logical message that goes out'),
    response: text('The logical message that holds the answer'),
    timeout: limit('How long to wait before the error Timeout'),
    initialises,
    follows,
  },
  ['port', 'send', 'response'],
);

export const request: ShapeKind<RequestShape> = {
  kind: 'request',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a request');
    if (!written) return undefined;
    const out = compiler.message(written['send'], [...path, 'send']);
    const response = compiler.message(written['response'], [...path, 'response']);
    const use = { as: 'request', sends: compiler.typeOf(out), receives: compiler.typeOf(response) } as const;
    const to = compiler.port(written['port'], [...path, 'port'], use);
    const followed = compiler.sets(written['follows'], [...path, 'follows']);
    compiler.checkCorrelated(followed, out, [...path, 'follows']);
    const timeout = compileLimit(written['timeout'], [...path, 'timeout'], compiler);
    const sets = compileSets(
      compiler.sets(written['initialises'], [...path, 'initialises']),
      out,
      response,
      path,
      compiler,
    );
    const names = { port: to, send: out ?? '', response: response ?? '' };
    return {
      ...names,
      ...sets,
      follows: followed,
      timeout,
      at: path,
      makes: [names.response],
    };
  },

  flow: (shape, before, flow) => {
    limitFlow(shape.timeout, before, flow);
    flow.uses([shape.send], [...shape.at, 'send'], before);
    flow.follows(shape.follows, [...shape.at, 'follows'], before);
    flow.fails(shape.port, flow.initialise(shape.initialisesOut, before));
    return flow.make(shape.response, flow.initialise(shape.initialises, before));
  },

  step: (shape, run, woken) => {
    if (!woken) return ask(shape, run);
    if (woken.kind === 'timer') return timedOut(shape);
    return answered(shape, run);
  },
};

/** Sets of which the message that goes out has all properties are known before the answer. */
function compileSets(
  sets: readonly string[],
  out: string | undefined,
  response: string | undefined,
  path: Path,
  compiler: Compiler,
): Pick<RequestShape, 'initialises' | 'initialisesOut'> {
  const has = (set: string, message: string | undefined) =>
    message === undefined ? 'unknown' : compiler.promotes(set, message);
  for (const set of sets) {
    if (has(set, response) !== 'no') compiler.addSource(set, response ?? '');
    else if (has(set, out) === 'no') compiler.checkCorrelated([set], response, [...path, 'initialises']);
  }
  return { initialises: sets, initialisesOut: sets.filter((set) => has(set, out) !== 'no') };
}

function ask(shape: RequestShape, run: Run): Outcome {
  const at = overAt(shape.timeout, run);
  const message = referenceOf(run, shape.send);
  checkFollows(run, shape.follows, message);
  const known = shape.initialises.filter((set) => carriesAll(run, set, message));
  initialise(run, readSets(run, known, message));
  const properties = correlated(run, [...known, ...shape.follows]);
  const { id, type } = message;
  const sent = emit(run, { kind: 'send', port: shape.port, message: id, type, respond: true, properties });
  const answer: Waited = { kind: 'answer', id: sent, branch: 0 };
  if (at === undefined) return { to: 'wait', for: [answer] };
  const timer = emit(run, { kind: 'timer', at });
  return { to: 'wait', for: [answer, { kind: 'timer', id: timer, branch: 0 }] };
}

function timedOut({ port: asked, timeout }: RequestShape): Outcome {
  const { code, message } = busError('REQUEST_TIMEOUT', { port: asked, timeout: timeout!.text });
  return { to: 'raise', failure: { name: 'Timeout', code, reason: message, port: asked } };
}

function answered(shape: RequestShape, run: Run): Outcome {
  const { event } = run;
  if (event.kind === 'refused') return { to: 'raise', failure: refusal(shape.port, event) };
  if (event.kind !== 'responded') return { to: 'again' };
  const { id, type = '' } = event.message;
  const expected = run.program.messages.get(shape.response)!;
  if (type !== expected) throw busError('RESPONSE_TYPE_UNEXPECTED', { port: shape.port, found: type, expected });
  const reference = { id, type };
  const missing = shape.initialises.filter((set) => !run.state.correlations[set] || carriesAll(run, set, reference));
  const sets = readSets(run, missing, reference);
  hold(run, shape.response, reference);
  initialise(run, sets);
  initialiseFrom(run, shape.response, reference);
  return NEXT;
}

function refusal(asked: string, { code, fault, reason, detail }: Run['event'] & { kind: 'refused' }): Failure {
  return { name: fault ?? code, code, reason, port: asked, ...(detail === undefined ? {} : { detail }) };
}

/** call: starts another orchestration with a message and waits for its answer, as a request does for that of a far end. */
import { busError } from '../../errors/bus-error.ts';
import { checkFollows, correlated, initialise, initialiseFrom, readSets } from '../correlate.ts';
import type { CompiledShape } from '../program.ts';
import { emit, hold, type Run, referenceOf } from '../run.ts';
import type { Waited } from '../state.ts';
import { type Called, compileCall } from './called.ts';
import { closed, follows, initialises, name, text } from './fragments.ts';
import { compileLimit, type Limit, limit, limitFlow, overAt } from './limit.ts';
import { NEXT, type Outcome, type ShapeKind } from './shape.ts';

export interface CallShape extends CompiledShape, Called {
  readonly kind: 'call';
  readonly response: string;
  /** As written, for its error. */
  readonly timeout: Limit | undefined;
}

const schema = closed(
  'Starts another orchestration and waits for its answer',
  {
    name,
    orchestration: text('The orchestration'),
    message: text('The logical message that it starts with'),
    response: text('The logical message that holds its answer: what it sends by the port that it was started at'),
    timeout: limit('How long to wait before the error Timeout'),
    initialises,
    follows,
  },
  ['orchestration', 'message', 'response'],
);

export const call: ShapeKind<CallShape> = {
  kind: 'call',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a call');
    if (!written) return undefined;
    const response = compiler.message(written['response'], [...path, 'response']) ?? '';
    const timeout = compileLimit(written['timeout'], [...path, 'timeout'], compiler);
    const parts = compileCall(written, path, compiler);
    return { ...parts, response, timeout, makes: [response] };
  },

  flow: (shape, before, flow) => {
    limitFlow(shape.timeout, before, flow);
    flow.uses([shape.message], [...shape.at, 'message'], before);
    flow.follows(shape.follows, [...shape.at, 'follows'], before);
    const started = flow.initialise(shape.initialises, before);
    flow.fails(shape.orchestration, started);
    return flow.make(shape.response, started);
  },

  step: (shape, run, woken) => {
    if (!woken) return begin(shape, run);
    if (woken.kind === 'timer') return timedOut(shape);
    return answered(shape, run);
  },
};

function begin(shape: CallShape, run: Run): Outcome {
  const at = overAt(shape.timeout, run);
  const message = referenceOf(run, shape.message);
  checkFollows(run, shape.follows, message);
  initialise(run, readSets(run, shape.initialises, message));
  const properties = correlated(run, [...shape.initialises, ...shape.follows]);
  const { orchestration } = shape;
  const called = { orchestration, message: message.id, type: message.type, respond: true, properties };
  const answer: Waited = { kind: 'answer', id: emit(run, { kind: 'start', ...called }), branch: 0 };
  if (at === undefined) return { to: 'wait', for: [answer] };
  const timer = emit(run, { kind: 'timer', at });
  return { to: 'wait', for: [answer, { kind: 'timer', id: timer, branch: 0 }] };
}

function timedOut({ orchestration, timeout }: CallShape): Outcome {
  const { code, message } = busError('REQUEST_TIMEOUT', { port: orchestration, timeout: timeout!.text });
  return { to: 'raise', failure: { name: 'Timeout', code, reason: message } };
}

function answered(shape: CallShape, run: Run): Outcome {
  const { event } = run;
  if (event.kind === 'refused') {
    const { code, fault, reason, detail } = event;
    return { to: 'raise', failure: { name: fault ?? code, code, reason, ...(detail === undefined ? {} : { detail }) } };
  }
  if (event.kind !== 'responded') return { to: 'again' };
  const { id, type = '' } = event.message;
  const expected = run.program.messages.get(shape.response)!;
  if (type !== expected)
    throw busError('RESPONSE_TYPE_UNEXPECTED', { port: shape.orchestration, found: type, expected });
  hold(run, shape.response, { id, type });
  initialiseFrom(run, shape.response, { id, type });
  return NEXT;
}

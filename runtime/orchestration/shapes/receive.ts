/** receive: takes in a message. The first of an orchestration activates it; the others follow correlation sets. */
import type { Predicate } from '../../contracts/routing.ts';
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import { initialise, initialiseFrom, readSets } from '../correlate.ts';
import type { Flow, Known } from '../flow.ts';
import { firstFor, take } from '../inbox.ts';
import { ACTIVATION, type CompiledShape } from '../program.ts';
import { hold, type Run } from '../run.ts';
import type { Held } from '../state.ts';
import { closed, expression, follows, initialises, name, port, text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface ReceiveParts {
  readonly port: string;
  readonly message: string;
  readonly type: string;
  readonly activates: boolean;
  readonly where: Predicate | undefined;
  readonly initialises: readonly string[];
  readonly follows: readonly string[];
  /** What it takes from the inbox. */
  readonly key: string;
  /** In a branch of the parallel that starts an instance: what it takes when another branch has got the first message. */
  readonly join: string | undefined;
  readonly at: Path;
}

export interface ReceiveShape extends CompiledShape, ReceiveParts {
  readonly kind: 'receive';
}

const schema = closed(
  'Takes in a message',
  {
    name,
    port,
    message: text('The logical message that holds it from then on'),
    activate: { type: 'boolean', description: 'Starts a new instance; the first step of an orchestration does' },
    when: expression('Which messages start an instance, over promoted properties'),
    initialises,
    follows,
  },
  ['port', 'message'],
);

export const receive: ShapeKind<ReceiveShape> = {
  kind: 'receive',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const parts = compileReceive(value, path, compiler);
    return parts && { ...parts, makes: [parts.message], awaits: awaitsOf(parts) };
  },

  flow: flowReceive,

  step: (shape, run) => {
    const held = heldFor(run, shape);
    if (!held) return { to: 'wait', for: [{ kind: 'message', id: shape.join ?? shape.key, branch: 0 }] };
    accept(run, shape, held);
    return NEXT;
  },
};

/** Also the head of a listen's branch. */
export function compileReceive(value: unknown, path: Path, compiler: Compiler): ReceiveParts | undefined {
  const written = compiler.mapping(value, path, schema, 'a receive');
  if (!written) return undefined;
  const message = compiler.message(written['message'], [...path, 'message']);
  const type = compiler.typeOf(message);
  const portName = compiler.port(written['port'], [...path, 'port'], { as: 'receive', receives: type });
  const activates = written['activate'] === true;
  const initialised = compiler.sets(written['initialises'], [...path, 'initialises']);
  const follows = compiler.sets(written['follows'], [...path, 'follows']);
  compiler.checkCorrelated(initialised, message, [...path, 'initialises']);
  compiler.checkCorrelated(follows, message, [...path, 'follows']);
  checkUse(activates, written, path, compiler);
  for (const set of initialised) if (message) compiler.addSource(set, message);
  const where = written['when'] === undefined ? undefined : compiler.predicate(written['when'], [...path, 'when']);
  if (activates)
    compiler.activation({ port: portName, messageType: type, ...(where ? { where } : {}) }, initialised, path);
  const key = activates ? ACTIVATION : compiler.awaits({ port: portName, type, sets: follows });
  const of = { port: portName, message: message ?? '', type, activates, where };
  const joins = activates && path[2] === 'parallel' && initialised.length > 0;
  const join = joins ? compiler.awaits({ port: portName, type, sets: initialised }) : undefined;
  return { ...of, initialises: initialised, follows, key, join, at: path };
}

export function awaitsOf({ activates, key, join }: ReceiveParts): string[] {
  if (!activates) return [key];
  return join === undefined ? [] : [join];
}

function checkUse(
  activates: boolean,
  written: Readonly<Record<string, unknown>>,
  path: Path,
  compiler: Compiler,
): void {
  const wrong = activates ? 'follows' : 'when';
  const use = activates ? 'activates' : 'does not activate';
  if (written[wrong] !== undefined)
    compiler.report('FILTER_NOT_ALLOWED', [...path, wrong], { key: wrong, use }, { part: 'key' });
  if (activates || written['follows'] !== undefined) return;
  const suggestion = path.join('.') === 'body.0.receive' ? 'activate: true' : followed(written['message'], compiler);
  compiler.report('RECEIVE_UNCORRELATED', path, {}, { part: 'key', ...(suggestion ? { suggestion } : {}) });
}

/** The first set that the message could follow. */
function followed(message: unknown, { correlations, messages, promotes }: Compiler): string | undefined {
  if (typeof message !== 'string' || !messages.has(message)) return undefined;
  const set = [...correlations.keys()].find((name) => promotes(name, message) === 'yes');
  return set && `follows: ${set}`;
}

export function flowReceive(parts: ReceiveParts, before: Known, flow: Flow): Known {
  flow.follows(parts.follows, [...parts.at, 'follows'], before);
  return flow.initialise(parts.initialises, flow.make(parts.message, before));
}

/** The oldest message in the inbox that it may take. */
export function heldFor(run: Run, { key, join, port: from, type, activates }: ReceiveParts): Held | undefined {
  return firstFor(
    run,
    join === undefined ? [key] : [key, join],
    (held) => !activates || (held.port === from && held.type === type),
  );
}

/** Takes a message out of the inbox once it is certain that its correlation values are good. */
export function accept(run: Run, parts: ReceiveParts, held: Held): void {
  const reference = { id: held.id, type: held.type };
  const sets = readSets(run, parts.initialises, reference);
  take(run, held);
  hold(run, parts.message, reference);
  initialise(run, sets);
  initialiseFrom(run, parts.message, reference);
  run.state.requests[parts.port] = held.id;
}

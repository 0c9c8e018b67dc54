/** send: lets a message go out by a port; by a port that receives, as the answer to what came in there. */

import type { Path } from '../../contracts/source.ts';
import { busError } from '../../errors/bus-error.ts';
import { checkFollows, correlated, initialise, readSets } from '../correlate.ts';
import type { CompiledShape } from '../program.ts';
import { emit, type Run, referenceOf } from '../run.ts';
import type { Reference } from '../state.ts';
import { closed, follows, initialises, name, port, text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface SendShape extends CompiledShape {
  readonly kind: 'send';
  readonly port: string;
  readonly message: string;
  readonly initialises: readonly string[];
  readonly follows: readonly string[];
  readonly at: Path;
}

const schema = closed(
  'Lets a message go out; by a port that receives, as the answer',
  { name, port, message: text('The logical message'), initialises, follows },
  ['port', 'message'],
);

export const send: ShapeKind<SendShape> = {
  kind: 'send',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a send');
    if (!written) return undefined;
    const message = compiler.message(written['message'], [...path, 'message']);
    const sends = compiler.typeOf(message);
    const to = compiler.port(written['port'], [...path, 'port'], { as: 'send', sends });
    const initialised = compiler.sets(written['initialises'], [...path, 'initialises']);
    const followed = compiler.sets(written['follows'], [...path, 'follows']);
    compiler.checkCorrelated(initialised, message, [...path, 'initialises']);
    compiler.checkCorrelated(followed, message, [...path, 'follows']);
    return { port: to, message: message ?? '', initialises: initialised, follows: followed, at: path };
  },

  flow: (shape, before, flow) => {
    flow.uses([shape.message], [...shape.at, 'message'], before);
    flow.follows(shape.follows, [...shape.at, 'follows'], before);
    return flow.initialise(shape.initialises, before);
  },

  step: (shape, run) => {
    const message = referenceOf(run, shape.message);
    checkFollows(run, shape.follows, message);
    const sets = readSets(run, shape.initialises, message);
    if (run.program.receivePorts.has(shape.port)) reply(run, shape.port, message);
    else {
      initialise(run, sets);
      const properties = correlated(run, [...shape.initialises, ...shape.follows]);
      emit(run, {
        kind: 'send',
        port: shape.port,
        message: message.id,
        type: message.type,
        respond: false,
        properties,
      });
    }
    initialise(run, sets);
    return NEXT;
  },
};

function reply(run: Run, to: string, message: Reference): void {
  const request = run.state.requests[to];
  if (request === undefined) throw busError('REPLY_NOT_EXPECTED', { port: to });
  delete run.state.requests[to];
  emit(run, { kind: 'reply', port: to, message: message.id, type: message.type, request });
}

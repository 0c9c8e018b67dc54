/** send: lets a message go out by a port; by a port that receives, as the answer to what came in there. */

import type { Path } from '../../contracts/source.ts';
import { busError } from '../../errors/bus-error.ts';
import { checkFollows, correlated, initialise, readSets } from '../correlate.ts';
import { expectDelivery } from '../deliveries.ts';
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
  /** The scope that it stands in waits at its end until this has been delivered. */
  readonly notify: boolean;
  readonly at: Path;
}

const schema = closed(
  'Lets a message go out; by a port that receives, as the answer',
  {
    name,
    port,
    message: text('The logical message'),
    initialises,
    follows,
    deliveryNotification: {
      type: 'boolean',
      description: 'Whether the scope waits at its end until it has been delivered; if it cannot be, DeliveryFailure',
    },
  },
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
    const notify = written['deliveryNotification'] === true;
    return { port: to, message: message ?? '', initialises: initialised, follows: followed, notify, at: path };
  },

  flow: (shape, before, flow) => {
    flow.uses([shape.message], [...shape.at, 'message'], before);
    flow.follows(shape.follows, [...shape.at, 'follows'], before);
    const after = flow.initialise(shape.initialises, before);
    if (shape.notify) flow.fails(shape.port, after);
    return after;
  },

  step: (shape, run) => {
    const message = referenceOf(run, shape.message);
    checkFollows(run, shape.follows, message);
    const sets = readSets(run, shape.initialises, message);
    if (run.program.receivePorts.has(shape.port)) reply(run, shape.port, message);
    else {
      initialise(run, sets);
      const properties = correlated(run, [...shape.initialises, ...shape.follows]);
      const notify = shape.notify ? ({ notify: true } as const) : {};
      const { id, type } = message;
      const sent = emit(run, {
        kind: 'send',
        port: shape.port,
        message: id,
        type,
        respond: false,
        ...notify,
        properties,
      });
      if (shape.notify) expectDelivery(run, { id: sent, port: shape.port, shape: shape.id });
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

/** start: starts another orchestration with a message, and goes on. */
import { checkFollows, correlated, initialise, readSets } from '../correlate.ts';
import type { CompiledShape } from '../program.ts';
import { emit, referenceOf } from '../run.ts';
import { type Called, compileCall } from './called.ts';
import { closed, follows, initialises, name, text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface StartShape extends CompiledShape, Called {
  readonly kind: 'start';
}

const schema = closed(
  'Starts another orchestration, and goes on',
  {
    name,
    orchestration: text('The orchestration'),
    message: text('The logical message that it starts with'),
    initialises,
    follows,
  },
  ['orchestration', 'message'],
);

export const start: ShapeKind<StartShape> = {
  kind: 'start',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a start');
    return written && compileCall(written, path, compiler);
  },

  flow: (shape, before, flow) => {
    flow.uses([shape.message], [...shape.at, 'message'], before);
    flow.follows(shape.follows, [...shape.at, 'follows'], before);
    return flow.initialise(shape.initialises, before);
  },

  step: (shape, run) => {
    const message = referenceOf(run, shape.message);
    checkFollows(run, shape.follows, message);
    initialise(run, readSets(run, shape.initialises, message));
    const properties = correlated(run, [...shape.initialises, ...shape.follows]);
    const { orchestration } = shape;
    emit(run, { kind: 'start', orchestration, message: message.id, type: message.type, respond: false, properties });
    return NEXT;
  },
};

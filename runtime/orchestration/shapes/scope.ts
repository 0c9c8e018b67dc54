/**
 * scope: a named part that can fail and be undone as a whole. Its handlers are tried in order. Once completed, its
 * compensation block can undo it, once; a scope that ended by a handler has not completed.
 */
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import { join } from '../flow.ts';
import type { CompiledShape } from '../program.ts';
import { isConstructed, type Run, referenceOf } from '../run.ts';
import type { Frame, Reference } from '../state.ts';
import { closed, steps, text } from './fragments.ts';
import { enter, NEXT, type ShapeKind } from './shape.ts';

export interface ScopeShape extends CompiledShape {
  readonly kind: 'scope';
  readonly block: string;
  readonly handlers: readonly Handler[];
  readonly compensation: string | undefined;
}

interface Handler {
  /** `any`, a fault name, an error code, or one of these after a port: works.Duplicate. */
  readonly error: string;
  readonly block: string;
}

const handler = closed(
  'A handler of errors',
  { error: text('any, a fault name, an error code, or <port>.<fault name or code>'), do: steps('What is done then') },
  ['error', 'do'],
);

const schema = closed(
  'A part that can fail and be undone as a whole',
  {
    name: text('Its name, unique in the orchestration; compensation finds it by this'),
    do: steps('What is done'),
    catch: { type: 'array', items: handler, description: 'Handlers of errors, tried in order' },
    compensate: steps('How to undo it once it has completed; without it, the scopes within are undone'),
  },
  ['name', 'do'],
);

export const scope: ShapeKind<ScopeShape> = {
  kind: 'scope',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a scope');
    if (!written) return undefined;
    const block = compiler.block(written['do'], [...path, 'do']);
    const handlers = compiler
      .list(written['catch'] ?? [], [...path, 'catch'])
      .flatMap((each, index) => compileHandler(each, [...path, 'catch', index], compiler));
    const undo = written['compensate'];
    const compensation = undo === undefined ? undefined : compiler.block(undo, [...path, 'compensate']);
    const later = [...handlers.map((each) => each.block), ...(compensation ? [compensation] : [])];
    return { block, handlers, compensation, later, blocks: [block, ...later] };
  },

  flow: (shape, before, flow) => {
    const { result: done, at } = flow.failing(() => flow.block(shape.block, before));
    const portOf = (error: string) => error.slice(0, Math.max(0, error.indexOf('.')));
    const handled = shape.handlers.map(({ error, block }) => flow.block(block, at(portOf(error)) ?? before));
    if (shape.compensation !== undefined && done) flow.compensation(shape.name, shape.compensation, done);
    return join([done, ...handled]);
  },

  step: ({ id, block }) => enter(block, { scope: { id, caught: false }, completed: [] }),

  leave: (shape, run, frame) => {
    if (frame.scope?.caught === false) complete(shape, run, frame);
    return NEXT;
  },
};

function compileHandler(value: unknown, path: Path, compiler: Compiler): Handler[] {
  const written = compiler.mapping(value, path, handler, 'a handler');
  if (!written) return [];
  const error = compiler.text(written['error'], [...path, 'error']) ?? '';
  compiler.caught(error, [...path, 'error']);
  return [{ error, block: compiler.block(written['do'], [...path, 'do'], 'handler') }];
}

function complete({ id }: ScopeShape, run: Run, { completed = [] }: Frame): void {
  const made = [...run.program.makesWithin.get(id)!].filter((name) => isConstructed(run, name));
  const saved = made.map((name): [string, Reference] => [name, referenceOf(run, name)]);
  const enclosing = run.thread.frames.findLast((frame) => frame.completed);
  enclosing?.completed?.push({ scope: id, nested: completed, saved: Object.fromEntries(saved) });
}

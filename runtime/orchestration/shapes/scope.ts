/**
 * scope: a named part that can fail and be undone as a whole. Its handlers are tried in order. Once completed, its
 * compensation block can undo it, once; a scope that ended by a handler has not completed. An atomic one happens as a whole or
 * not at all, within one step.
 */

import { KINDS, type Kind } from '../../contracts/errors.ts';
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import { either, join } from '../flow.ts';
import type { CompiledShape } from '../program.ts';
import { completedIn, emit, isConstructed, itemsOf, type Run, referenceOf, save } from '../run.ts';
import type { Completed, Reference } from '../state.ts';
import { closed, steps, text } from './fragments.ts';
import { compileLimit, type Limit, limit, limitFlow, overAt } from './limit.ts';
import { enter, NEXT, type ShapeKind } from './shape.ts';

export interface ScopeShape extends CompiledShape {
  readonly kind: 'scope';
  readonly block: string;
  readonly handlers: readonly Handler[];
  readonly compensation: string | undefined;
  /** What is done at the end, however it comes. */
  readonly last: string | undefined;
  readonly timeout: Limit | undefined;
  readonly atomic: boolean;
}

export interface Handler {
  /** `any`, a fault name, an error code, or one of these after a port: works.Duplicate. */
  readonly error: string;
  readonly kind: Kind | undefined;
  readonly block: string;
}

const handler = closed(
  'A handler of errors',
  {
    error: text('any, a fault name, an error code, or <port>.<fault name or code>; without it, any'),
    kind: {
      enum: [...KINDS],
      description: 'Only errors of this kind: transient ones may pass, message ones lie in the message',
    },
    do: steps('What is done then'),
  },
  ['do'],
);

const schema = closed(
  'A part that can fail and be undone as a whole',
  {
    name: text('Its name, unique in the orchestration; compensation finds it by this'),
    do: steps('What is done'),
    timeout: limit('How long it may take before the error Timeout'),
    atomic: { type: 'boolean', description: 'Whether it happens as a whole or not at all; nothing in it may wait' },
    catch: { type: 'array', items: handler, description: 'Handlers of errors, tried in order' },
    finally: steps('What is done at the end, whether it completed, was caught or fails'),
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
    const end = written['finally'];
    const last = end === undefined ? undefined : compiler.block(end, [...path, 'finally']);
    const timeout = compileLimit(written['timeout'], [...path, 'timeout'], compiler);
    const atomic = written['atomic'] === true;
    for (const key of ['timeout', 'catch', 'finally']) {
      if (atomic && written[key] !== undefined)
        compiler.report('ATOMIC_ALONE', [...path, key], { key }, { part: 'key' });
    }
    const later = [...handlers.map((each) => each.block), ...[compensation, last].filter((each) => each !== undefined)];
    const parts = { block, handlers, compensation, last, timeout, atomic };
    return { ...parts, later, blocks: [block, ...later] };
  },

  flow: (shape, before, flow) => {
    limitFlow(shape.timeout, before, flow);
    const { result: done, at } = flow.failing(() => flow.block(shape.block, before));
    const portOf = (error: string) => error.slice(0, Math.max(0, error.indexOf('.')));
    const handled = shape.handlers.map(({ error, block }) => flow.block(block, at(portOf(error)) ?? before));
    if (shape.compensation !== undefined && done) flow.compensation(shape.name, shape.compensation, done);
    const after = join([done, ...handled]);
    if (shape.last === undefined) return after;
    const last = flow.block(shape.last, before);
    return last && after && either(last, after);
  },

  step: ({ id, block, timeout, atomic }, run) => {
    const at = overAt(timeout, run);
    if (atomic) save(run);
    const timer = at === undefined ? {} : { timer: emit(run, { kind: 'timer', at }) };
    return enter(block, { scope: { id, caught: false, ...timer }, completed: [] });
  },

  leave: (shape, run, { scope: left, completed }) => {
    if (!left) return NEXT;
    if (left.timer) emit(run, { kind: 'cancel-timer', timer: left.timer });
    if (!left.caught) complete(shape, run, completed);
    if (shape.atomic) run.savepoint = undefined;
    return shape.last === undefined ? NEXT : enter(shape.last);
  },
};

function compileHandler(value: unknown, path: Path, compiler: Compiler): Handler[] {
  const written = compiler.mapping(value, path, handler, 'a handler');
  if (!written) return [];
  const error = written['error'] === undefined ? 'any' : (compiler.text(written['error'], [...path, 'error']) ?? '');
  compiler.caught(error, [...path, 'error']);
  const kind = KINDS.find((each) => each === written['kind']);
  if (written['kind'] !== undefined && !kind) {
    const found = `"${String(written['kind'])}"`;
    const values = { found, where: '"kind"', expected: `one of: ${KINDS.join(', ')}` };
    compiler.report('NOT_ALLOWED', [...path, 'kind'], values, {
      unknown: { name: String(written['kind']), known: KINDS },
    });
  }
  return [{ error, kind, block: compiler.block(written['do'], [...path, 'do'], 'handler') }];
}

/** Without a compensation block of its own, the scopes within stand for it. */
function complete({ id, block, compensation }: ScopeShape, run: Run, nested: Completed[] = []): void {
  const shapes = run.program.blocks.get(block)!;
  const made = new Set(shapes.flatMap((shape) => [...run.program.makesWithin.get(shape.id)!]));
  const recalled = run.program.recalled.get(id) ?? new Set();
  const own = compensation === undefined ? {} : { past: held(run, recalled.difference(made)), items: itemsOf(run) };
  completedIn(run)?.push({ scope: id, nested, saved: held(run, made), ...own });
}

function held(run: Run, names: ReadonlySet<string>): Record<string, Reference> {
  const constructed = [...names].filter((name) => isConstructed(run, name));
  return Object.fromEntries(constructed.map((name) => [name, referenceOf(run, name)]));
}

/** compensate: undoes completed scopes of a name, or all within the enclosing scope; what has not completed is passed over. */
import { takeCompleted, undoing } from '../compensation.ts';
import type { CompiledShape } from '../program.ts';
import { text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface CompensateShape extends CompiledShape {
  readonly kind: 'compensate';
  readonly target: string;
}

export const compensate: ShapeKind<CompensateShape> = {
  kind: 'compensate',
  schema: text('The name of a scope, or all'),
  tracked: true,
  compile: (value, path, compiler) => {
    const target = compiler.text(value, path);
    if (target === undefined) return undefined;
    compiler.scopeUsed(target, path);
    return { target };
  },
  flow: ({ target }, before, flow) => {
    flow.compensates(target, before);
    return before;
  },
  step: ({ target }, run) => {
    const frame = undoing(run, takeCompleted(run, target));
    if (frame.undoing.queue.length === 0) return NEXT;
    return { to: 'enter', frame };
  },
};

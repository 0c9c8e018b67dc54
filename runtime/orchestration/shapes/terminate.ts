/** terminate: ends the instance at once, as one that could not do what it is for. Nothing is compensated. */
import type { CompiledShape } from '../program.ts';
import { text } from './fragments.ts';
import type { ShapeKind } from './shape.ts';

export interface TerminateShape extends CompiledShape {
  readonly kind: 'terminate';
  readonly reason: string;
}

export const terminate: ShapeKind<TerminateShape> = {
  kind: 'terminate',
  schema: text('Why the orchestration is broken off here'),
  tracked: true,
  compile: (value, path, compiler) => ({ reason: compiler.text(value, path) ?? '' }),
  flow: () => undefined,
  step: ({ reason }) => ({ to: 'end', status: 'terminated', reason }),
};

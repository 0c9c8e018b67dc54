/** complete: ends the instance well, with a reason for its history. */
import type { CompiledShape } from '../program.ts';
import { text } from './fragments.ts';
import type { ShapeKind } from './shape.ts';

export interface CompleteShape extends CompiledShape {
  readonly kind: 'complete';
  readonly reason: string;
}

export const complete: ShapeKind<CompleteShape> = {
  kind: 'complete',
  schema: text('Why the orchestration ends here'),
  tracked: true,
  compile: (value, path, compiler) => ({ reason: compiler.text(value, path) ?? '' }),
  flow: () => undefined,
  step: ({ reason }) => ({ to: 'end', status: 'completed', reason }),
};

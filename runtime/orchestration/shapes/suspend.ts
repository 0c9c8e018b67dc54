/** suspend: asks for an operator. The instance keeps its state; resumed, it goes on with the next step. */
import { busError } from '../../errors/bus-error.ts';
import type { CompiledShape } from '../program.ts';
import { text } from './fragments.ts';
import type { ShapeKind } from './shape.ts';

export interface SuspendShape extends CompiledShape {
  readonly kind: 'suspend';
  readonly reason: string;
}

export const suspend: ShapeKind<SuspendShape> = {
  kind: 'suspend',
  schema: text('What an operator is to do'),
  tracked: true,
  compile: (value, path, compiler) => ({ reason: compiler.text(value, path) ?? '' }),
  flow: (_, before) => before,
  step: ({ reason }) => {
    const { code, message } = busError('ORCHESTRATION_SUSPENDED', { reason: reason.replace(/\.$/, '') });
    return { to: 'suspend', failure: { code, reason: message } };
  },
};

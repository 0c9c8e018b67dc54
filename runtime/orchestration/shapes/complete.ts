/** complete: ends the instance well, with a reason for its history, once all deliveries are known that it is to be notified of. */
import { awaitDeliveries } from '../deliveries.ts';
import type { CompiledShape } from '../program.ts';
import { framesOf } from '../run.ts';
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
  step: ({ reason }, run) => {
    const open = run.savepoint ? undefined : awaitDeliveries(framesOf(run).toReversed());
    if (open) return 'to' in open ? open : { to: 'raise', failure: open.failure };
    return { to: 'end', status: 'completed', reason };
  },
};

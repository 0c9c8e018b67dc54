/** rethrow: throws on what a handler handles, to whoever catches further out. */
import { busError } from '../../errors/bus-error.ts';
import type { CompiledShape } from '../program.ts';
import { errorOf } from '../run.ts';
import type { ShapeKind } from './shape.ts';

export interface RethrowShape extends CompiledShape {
  readonly kind: 'rethrow';
}

export const rethrow: ShapeKind<RethrowShape> = {
  kind: 'rethrow',
  schema: { type: 'boolean', const: true, description: 'Throws the error of this handler on' },
  tracked: true,
  compile: (value, path, compiler) => {
    if (value !== true)
      compiler.report('NOT_ALLOWED', path, { found: `"${String(value)}"`, where: '"rethrow"', expected: 'true' });
    if (!compiler.inHandler()) compiler.report('RETHROW_OUTSIDE', path, {}, { part: 'key' });
    return {};
  },
  flow: () => undefined,
  step: (_, run) => {
    const failure = errorOf(run);
    if (!failure) throw busError('ERROR_THROWN', { name: 'rethrow', reason: 'there is no error to throw on' });
    return { to: 'raise', failure };
  },
};

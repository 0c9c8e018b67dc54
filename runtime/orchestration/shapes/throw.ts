/** throw: raises an error of the orchestration's own, which a handler catches by its name. */
import { busError } from '../../errors/bus-error.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { evaluate } from '../run.ts';
import { closed, expression, name, text } from './fragments.ts';
import type { ShapeKind } from './shape.ts';

export interface ThrowShape extends CompiledShape {
  readonly kind: 'throw';
  readonly error: string;
  readonly reason: Formula | undefined;
}

const schema = closed(
  'Raises an error',
  { name, error: text('The name to catch it by'), reason: expression('A text for people') },
  ['error'],
);

export const raising: ShapeKind<ThrowShape> = {
  kind: 'throw',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a throw');
    if (!written) return undefined;
    const { reason } = written;
    const formula =
      reason === undefined ? undefined : compiler.formula(reason, [...path, 'reason'], { kind: 'string' });
    return { error: compiler.text(written['error'], [...path, 'error']) ?? '', reason: formula };
  },

  flow: ({ reason }, before, flow) => {
    if (reason) flow.formula(reason, before);
    return undefined;
  },

  step: ({ error, reason: formula }, run) => {
    const reason = formula ? String(evaluate(run, formula)) : 'thrown by the orchestration';
    const { code } = busError('ERROR_THROWN', { name: error, reason });
    return { to: 'raise', failure: { name: error, code, reason } };
  },
};

/** while: does its steps again and again as long as the condition holds. Each round may complete its scopes anew. */
import type { CompiledShape, Formula } from '../program.ts';
import { holds } from '../run.ts';
import { closed, expression, name, steps } from './fragments.ts';
import { enter, NEXT, type ShapeKind } from './shape.ts';

export interface WhileShape extends CompiledShape {
  readonly kind: 'while';
  readonly when: Formula | undefined;
  readonly block: string;
}

const schema = closed(
  'Repeats steps as long as a condition holds',
  { name, when: expression('Whether there is another round'), do: steps('What is done in each round') },
  ['when', 'do'],
);

export const repeat: ShapeKind<WhileShape> = {
  kind: 'while',
  schema,
  tracked: false,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a while');
    if (!written) return undefined;
    const when = compiler.formula(written['when'], [...path, 'when'], { kind: 'boolean' });
    const block = compiler.block(written['do'], [...path, 'do']);
    return { when, block, blocks: [block], later: [block] };
  },

  flow: ({ when, block }, before, flow) => {
    if (when) flow.formula(when, before);
    flow.block(block, before);
    return when?.expression.text.trim() === 'true' ? undefined : before;
  },

  step: ({ when, block }, run) => (when && holds(run, when) ? enter(block) : NEXT),

  leave: () => ({ to: 'again' }),
};

/** decide: takes the first branch whose condition holds, or none. */
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import { join } from '../flow.ts';
import { isPlain } from '../plain.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { holds } from '../run.ts';
import { closed, expression, steps } from './fragments.ts';
import { enter, NEXT, type ShapeKind } from './shape.ts';

export interface DecideShape extends CompiledShape {
  readonly kind: 'decide';
  readonly branches: readonly Branch[];
}

/** Without a condition it is always taken. */
interface Branch {
  readonly when: Formula | undefined;
  readonly otherwise: boolean;
  readonly block: string;
}

const branch = closed('A branch: a condition with its steps, or the steps of `else`', {
  when: expression('Whether the branch is taken'),
  do: steps('What is done then'),
  else: steps('What is done when no condition holds; the last branch'),
});

export const decide: ShapeKind<DecideShape> = {
  kind: 'decide',
  schema: {
    type: 'array',
    minItems: 1,
    description: 'Branches: the first whose condition holds is taken',
    items: branch,
  },
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.list(value, path);
    const branches = written.flatMap((each, index) => compileBranch(each, [...path, index], compiler));
    written.slice(0, -1).forEach((each, index) => {
      if (isPlain(each) && each['when'] === undefined) compiler.report('ELSE_NOT_LAST', [...path, index]);
    });
    return { branches, blocks: branches.map(({ block }) => block) };
  },

  flow: ({ branches }, before, flow) => {
    for (const { when } of branches) if (when) flow.formula(when, before);
    const ways = branches.map(({ block }) => flow.block(block, before));
    return join(branches.some(({ otherwise }) => otherwise) ? ways : [...ways, before]);
  },

  step: ({ branches }, run) => {
    const taken = branches.find(({ when, otherwise }) => otherwise || (when && holds(run, when)));
    return taken ? enter(taken.block) : NEXT;
  },
};

function compileBranch(value: unknown, path: Path, compiler: Compiler): Branch[] {
  const written = compiler.mapping(value, path, branch, 'a branch of decide');
  if (!written) return [];
  const otherwise = written['when'] === undefined;
  const key = written['else'] === undefined ? 'do' : 'else';
  if (otherwise && key === 'do') {
    const values = {
      key: 'when',
      where: 'a branch of decide',
      description: 'when it is taken; or `else` in place of `do`',
    };
    compiler.report('MISSING_KEY', path, values);
  }
  if (key === 'else' && !otherwise)
    compiler.report(
      'UNKNOWN_KEY',
      [...path, 'else'],
      { key, where: 'a branch with a condition', known: 'when, do' },
      { part: 'key' },
    );
  const when = otherwise ? undefined : compiler.formula(written['when'], [...path, 'when'], { kind: 'boolean' });
  return [{ when, otherwise, block: compiler.block(written[key], [...path, key]) }];
}

/** parallel: does several lists of steps beside each other, and goes on when all have ended. */
import { branchOff } from '../branches.ts';
import { either, type Reached } from '../flow.ts';
import type { CompiledShape } from '../program.ts';
import { steps } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface ParallelShape extends CompiledShape {
  readonly kind: 'parallel';
}

export const parallel: ShapeKind<ParallelShape> = {
  kind: 'parallel',
  schema: {
    type: 'array',
    minItems: 1,
    description: 'Lists of steps that are done beside each other; goes on when all have ended',
    items: steps('The steps of a branch'),
  },
  tracked: true,

  compile: (value, path, compiler) => {
    const branches = compiler.list(value, path);
    return { blocks: branches.map((each, index) => compiler.block(each, [...path, index])) };
  },

  /** All of them end before it goes on: what is certain after any is certain then. */
  flow: ({ blocks }, before, flow) =>
    blocks
      .map((block) => flow.block(block, before))
      .reduce((one: Reached, other) => one && other && either(one, other), before),

  step: ({ blocks }, run, woken) =>
    woken
      ? NEXT
      : branchOff(
          run,
          blocks.map((block) => ({ block, index: 0 })),
        ),
};

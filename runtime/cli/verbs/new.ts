/** `guildhall new`: writes what one starts from: a solution, or an adapter or a pipeline component in it. */
import type { Verb } from '../verb.ts';
import { newAdapter, newComponent } from './new/extension.ts';
import { newSolution } from './new/solution.ts';

export const newVerb: Verb = {
  add(program, io, finish) {
    const command = program
      .command('new')
      .description('write a small solution, adapter or pipeline component to start from');
    for (const verb of [newSolution, newAdapter, newComponent]) verb.add(command, io, finish);
  },
};

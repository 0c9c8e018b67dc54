/** What a thread may still come to; rather too much than too little. */
import type { CompiledProgram, CompiledShape } from './program.ts';
import type { Completed, Thread } from './state.ts';

/** Of what `within` tells by the places of shapes, all that belongs to shapes which the thread may still come to. */
export function ahead(
  program: CompiledProgram,
  { frames, wait }: Pick<Thread, 'frames' | 'wait'>,
  within: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const found = new Set<string>();
  const addShape = ({ id }: CompiledShape) => {
    for (const each of within.get(id)!) found.add(each);
  };
  const addBlock = (block: string) => program.blocks.get(block)?.forEach(addShape);
  const addCompleted = (scopes: readonly Completed[]): void => {
    for (const { scope, nested } of scopes) {
      program.shapes.get(scope)?.later.forEach(addBlock);
      addCompleted(nested);
    }
  };
  const hasBranches = wait?.for[0]?.kind === 'branches';
  frames.forEach(({ block, index, completed, undoing }, depth) => {
    const [current, ...after] = program.blocks.get(block)?.slice(index) ?? [];
    after.forEach(addShape);
    if (current && depth === frames.length - 1 && !hasBranches) addShape(current);
    else current?.later.forEach(addBlock);
    addCompleted([...(completed ?? []), ...(undoing?.queue ?? [])]);
  });
  return found;
}

/** Finds a step by what a migration calls it: the name that it bears alone, or its place, such as `body.2` or `body.2.scope.do.0`. */
import { blockId, type CompiledProgram, type CompiledShape } from '../program.ts';

/** Undefined where there is none, or where several bear the name. */
export function findStep({ shapes }: Pick<CompiledProgram, 'shapes'>, text: string): CompiledShape | undefined {
  const all = [...shapes.values()];
  const placed = all.find(({ id, path }) => id === text || blockId(path.slice(0, -1)) === text);
  if (placed) return placed;
  const named = all.filter(({ name }) => name === text);
  return named.length === 1 ? named[0] : undefined;
}

/** The block that a step stands in, and which of its steps it is. */
export const placeOf = ({ path }: CompiledShape): { readonly block: string; readonly index: number } => ({
  block: blockId(path.slice(0, -2)),
  index: Number(path.at(-2)),
});

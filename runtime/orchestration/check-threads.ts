/** Checks what lies within: an atomic scope must not wait, and branches of a parallel should not make the same message. */
import type { Collected } from './create-compiler.ts';
import type { CompiledShape } from './program.ts';
import type { ForEachShape } from './shapes/for-each.ts';
import type { ScopeShape } from './shapes/scope.ts';

/** A scope within would make compensation possible, for which an atomic one leaves no time. */
const WAITING = new Set(['receive', 'request', 'listen', 'delay', 'suspend', 'parallel', 'scope', 'task', 'call']);

export function checkThreads(collected: Collected): void {
  for (const shape of collected.shapes.values()) {
    if (shape.kind === 'scope' && (shape as ScopeShape).atomic) checkAtomic(shape, collected);
    if (shape.kind === 'parallel') checkShared(shape, collected);
  }
}

function checkAtomic(scope: CompiledShape, collected: Collected): void {
  for (const shape of within([scope.blocks[0]!], collected)) {
    const waits = WAITING.has(shape.kind) || (shape.kind === 'for-each' && (shape as ForEachShape).parallel);
    if (waits)
      collected.compiler.report('ATOMIC_WAITS', shape.path, { shape: shape.kind, scope: scope.name }, { part: 'key' });
  }
}

function checkShared({ blocks, path }: CompiledShape, collected: Collected): void {
  const made = blocks.map((block) => new Set(within([block], collected).flatMap(({ makes }) => makes)));
  const shared = made.flatMap((names, index) =>
    [...names].filter((name) => made.slice(index + 1).some((other) => other.has(name))),
  );
  for (const name of new Set(shared))
    collected.compiler.report('PARALLEL_SHARED', path, { name }, { part: 'key', severity: 'warning' });
}

function within(blocks: readonly string[], collected: Collected): CompiledShape[] {
  const shapes = blocks.flatMap((block) => collected.blocks.get(block) ?? []);
  return shapes.flatMap((shape) => [shape, ...within(shape.blocks, collected)]);
}

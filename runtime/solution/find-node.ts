/** Finds the YAML node at a path, or its nearest existing ancestor. */
import { isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Path } from '../contracts/source.ts';

export interface FoundNode {
  readonly node: Node | null;
  readonly key: Node | null;
  /** The path exists; otherwise `node` is an ancestor of it. */
  readonly exact: boolean;
}

export function findNode(root: unknown, path: Path): FoundNode {
  let found: FoundNode = { node: asNode(root), key: null, exact: true };
  for (const step of path) {
    const next: FoundNode | undefined = stepInto(found.node, step);
    if (!next) return { ...found, exact: false };
    found = next;
  }
  return found;
}

function stepInto(node: Node | null, step: string | number): FoundNode | undefined {
  if (isMap(node)) {
    const pair = (node.items as Pair[]).findLast((item) => keyText(item) === String(step));
    return pair && { node: asNode(pair.value), key: asNode(pair.key), exact: true };
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? { node: item, key: null, exact: true } : undefined;
  }
  return undefined;
}

export const keyText = (pair: unknown): string | undefined =>
  isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : undefined;
export const startOf = (node: Node | null): number => node?.range?.[0] ?? 0;
const asNode = (value: unknown): Node | null => (isNode(value) ? value : null);

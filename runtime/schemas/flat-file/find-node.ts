/** The record or group of a layout that a message type names: by its name, or by a path where two have one name. */
import type { GroupNode, LineNode } from './layout.ts';

export function findNode(
  root: GroupNode,
  path: string | undefined,
): { readonly node: LineNode } | { readonly known: readonly string[] } {
  if (path === undefined) return { node: root };
  const all = within(root, '');
  const found = all.find((one) => one.path === path) ?? all.find(({ node }) => node.name === path);
  return found ?? { known: all.map((one) => one.path) };
}

function within(group: GroupNode, path: string): { readonly path: string; readonly node: LineNode }[] {
  return group.items.flatMap((node) => {
    const own = path === '' ? node.name : `${path}.${node.name}`;
    return [{ path: own, node }, ...(node.kind === 'group' ? within(node, own) : [])];
  });
}

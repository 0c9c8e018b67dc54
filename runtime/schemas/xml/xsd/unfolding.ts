/** Guards against groups that refer to groups that refer to groups: a few lines would unfold to more than any machine holds. */
import { XSD } from '../namespaces.ts';
import { type Declaration, nameIn, type Symbols } from './symbols.ts';
import type { XmlNode } from './tree.ts';

const MOST = 20_000;

/** The first group that has more elements, or attributes, than any contract; undefined where all are of use. */
export function oversizedGroup({ groups, attributeGroups }: Symbols): XmlNode | undefined {
  return [
    ...oversizedIn(groups, 'group', 'element'),
    ...oversizedIn(attributeGroups, 'attributeGroup', 'attribute'),
  ][0];
}

function oversizedIn(table: ReadonlyMap<string, Declaration>, kind: string, leaf: string): readonly XmlNode[] {
  const sizes = new Map<string, number>();
  const sizeOf = (name: string): number => {
    const known = sizes.get(name);
    const declaration = table.get(name);
    if (known !== undefined || !declaration) return known ?? 0;
    sizes.set(name, 0); // A circle: the validator tells of it.
    const size = within(declaration.node, declaration);
    sizes.set(name, size);
    return size;
  };
  /** What stands inside an element has a type of its own. */
  const within = (node: XmlNode, declaration: Declaration): number =>
    node.children.reduce((sum, child) => {
      if (child.uri !== XSD) return sum;
      if (child.local === leaf) return sum + 1;
      if (child.local !== kind) return sum + within(child, declaration);
      return sum + sizeOf(nameIn(declaration.document, child, 'ref') ?? '');
    }, 0);
  return [...table].filter(([name]) => sizeOf(name) > MOST).map(([, { node }]) => node);
}

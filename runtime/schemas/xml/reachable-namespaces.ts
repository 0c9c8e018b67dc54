/** The namespaces that a document of a root element may need: what is declared on its root. An empty one: elements without a namespace. */
import type { ElementModel, TypeModel } from './xsd/model.ts';

export function reachableNamespaces(root: ElementModel): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<TypeModel>();
  const waiting: ElementModel[] = [root];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    found.add(element.uri);
    for (const type of [element.type, ...(element.type.kind === 'complex' ? element.type.derived.values() : [])]) {
      if (type.kind === 'simple' || seen.has(type)) continue;
      seen.add(type);
      for (const { uri } of type.attributes) if (uri !== '') found.add(uri);
      for (const child of type.shape.children) waiting.push(child.element);
    }
  }
  return found;
}

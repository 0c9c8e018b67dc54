/** The namespaces whose components a set of schema documents refers to, whether or not they say that they import them. */
import { XSD } from '../namespaces.ts';
import type { SchemaDocument } from './load-schemas.ts';
import { attribute, namespaceOf, type XmlNode } from './tree.ts';

const NAMES = ['type', 'base', 'ref', 'itemType', 'memberTypes', 'substitutionGroup'] as const;

/** Each with the first place. Names without a prefix are left out: they are of the document itself. */
export function referredNamespaces(documents: Iterable<SchemaDocument>): ReadonlyMap<string, XmlNode> {
  const found = new Map<string, XmlNode>();
  const visit = (node: XmlNode): void => {
    if (node.uri !== XSD || node.local === 'annotation') return;
    for (const name of NAMES) for (const uri of urisIn(node, name)) if (!found.has(uri)) found.set(uri, node);
    node.children.forEach(visit);
  };
  for (const { node } of documents) visit(node);
  found.delete(XSD);
  return found;
}

function urisIn(node: XmlNode, name: string): string[] {
  return (attribute(node, name) ?? '').split(/\s+/).flatMap((written) => {
    const colon = written.indexOf(':');
    return colon > 0 ? (namespaceOf(node, written.slice(0, colon)) ?? []) : [];
  });
}

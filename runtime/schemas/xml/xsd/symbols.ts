/** The named components of a set of schema documents, and what their names in the text mean. */
import { expandedName, XSD } from '../namespaces.ts';
import type { SchemaDocument } from './load-schemas.ts';
import { attribute, namespaceOf, type XmlNode } from './tree.ts';

export interface Declaration {
  readonly node: XmlNode;
  readonly document: SchemaDocument;
}

type Table = Map<string, Declaration>;

export interface Symbols {
  readonly elements: ReadonlyMap<string, Declaration>;
  readonly types: ReadonlyMap<string, Declaration>;
  readonly groups: ReadonlyMap<string, Declaration>;
  readonly attributes: ReadonlyMap<string, Declaration>;
  readonly attributeGroups: ReadonlyMap<string, Declaration>;
  /** Element to the elements that may stand in its place. */
  readonly substitutes: ReadonlyMap<string, readonly string[]>;
  /** Type to the types that extend or restrict it directly. */
  readonly derived: ReadonlyMap<string, readonly string[]>;
}

export function collectSymbols(documents: readonly SchemaDocument[]): Symbols {
  const tables = new Map<string, Table>();
  const table = (kind: string): Table => {
    const found = tables.get(kind) ?? new Map();
    tables.set(kind, found);
    return found;
  };
  const kinds: Readonly<Record<string, Table>> = {
    element: table('element'),
    complexType: table('type'),
    simpleType: table('type'),
    group: table('group'),
    attribute: table('attribute'),
    attributeGroup: table('attributeGroup'),
  };
  for (const document of documents) {
    for (const node of document.node.children) {
      const name = attribute(node, 'name');
      if (node.uri !== XSD || name === undefined || !Object.hasOwn(kinds, node.local)) continue;
      kinds[node.local]!.set(expandedName(document.namespace, name), { node, document });
    }
  }
  return {
    elements: table('element'),
    types: table('type'),
    groups: table('group'),
    attributes: table('attribute'),
    attributeGroups: table('attributeGroup'),
    substitutes: reversed(table('element'), ({ node, document }) => nameIn(document, node, 'substitutionGroup')),
    derived: reversed(table('type'), baseOf),
  };
}

/** The expanded name that an attribute of a schema element holds; undefined without that attribute or its prefix. */
export function nameIn(document: SchemaDocument, node: XmlNode, name: string): string | undefined {
  const written = attribute(node, name);
  return written === undefined ? undefined : expand(document, node, written);
}

export function expand(document: SchemaDocument, node: XmlNode, written: string): string | undefined {
  const colon = written.indexOf(':');
  if (colon > 0) {
    const prefix = written.slice(0, colon);
    const uri = prefix === 'xml' ? 'http://www.w3.org/XML/1998/namespace' : namespaceOf(node, prefix);
    return uri === undefined ? undefined : expandedName(uri, written.slice(colon + 1));
  }
  const uri = namespaceOf(node, '') ?? '';
  return expandedName(uri === '' && document.chameleon ? document.namespace : uri, written);
}

function baseOf({ node, document }: Declaration): string | undefined {
  for (const content of node.children) {
    if (content.local !== 'complexContent' && content.local !== 'simpleContent') continue;
    for (const derivation of content.children) {
      const base = nameIn(document, derivation, 'base');
      if (base !== undefined) return base;
    }
  }
  return undefined;
}

function reversed(table: Table, target: (declaration: Declaration) => string | undefined): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const [name, declaration] of table) {
    const found = target(declaration);
    if (found !== undefined) result.set(found, [...(result.get(found) ?? []), name]);
  }
  return result;
}

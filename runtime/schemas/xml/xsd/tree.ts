/** A small tree of an XSD or WSDL file: names resolved, places kept. */
import { SaxesParser } from 'saxes';
import type { Finding } from '../../../contracts/finding.ts';
import { reasonOf } from '../../../errors/as-bus-error.ts';
import { finding } from '../../../errors/finding.ts';
import { XSD } from '../namespaces.ts';

export interface XmlNode {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  /** As written, with their prefixes; namespace declarations too. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly declared: Readonly<Record<string, string>>;
  readonly parent: XmlNode | undefined;
  readonly children: XmlNode[];
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const MAX_DEPTH = 256;
const LONGEST_ENTITY = 1000;

export function parseTree(file: string, text: string): { root?: XmlNode; finding?: Finding } {
  const parser = new SaxesParser({ xmlns: true });
  let root: XmlNode | undefined;
  let open: XmlNode | undefined;
  let depth = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', (doctype) => Object.assign(parser.ENTITIES, entitiesIn(doctype)));
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > MAX_DEPTH) throw new Error(`it is nested deeper than ${MAX_DEPTH} levels`);
    const attributes = new Map(Object.values(tag.attributes).map((attribute) => [attribute.name, attribute.value]));
    const { name, local, uri, ns: declared } = tag;
    const place = { file, line: parser.line, column: Math.max(1, parser.column) };
    const node: XmlNode = { name, local, uri, attributes, declared, parent: open, children: [], ...place };
    open?.children.push(node);
    root ??= node;
    open = node;
  });
  parser.on('closetag', () => {
    depth -= 1;
    open = open?.parent;
  });
  try {
    parser.write(text.replace(/^\uFEFF/, '')).close();
    return root ? { root } : {};
  } catch (thrown) {
    const at = { file, line: parser.line, column: Math.max(1, parser.column), path: '' };
    const reason = reasonOf(thrown)
      .replace(/^\d+:\d+: /, '')
      .replace(/\.$/, '');
    return { finding: finding('SCHEMA_INVALID', at, { file, reason }) };
  }
}

/** The entities of an internal subset that stand for plain text, as in the schema of XML Signature; what refers to another is left out. */
function entitiesIn(doctype: string): Readonly<Record<string, string>> {
  const declared = doctype.matchAll(/<!ENTITY\s+([\w.-]+)\s+(["'])([^<&%]*?)\2\s*>/g);
  return Object.fromEntries([...declared].map(([, name, , text]) => [name!, text!.slice(0, LONGEST_ENTITY)]));
}

export const isXsd = (node: XmlNode, local: string) => node.uri === XSD && node.local === local;

export const attribute = (node: XmlNode, name: string): string | undefined => node.attributes.get(name)?.trim();

export function namespaceOf(node: XmlNode | undefined, prefix: string): string | undefined {
  for (let at = node; at; at = at.parent) if (Object.hasOwn(at.declared, prefix)) return at.declared[prefix];
  return undefined;
}

export const placeOf = (node: XmlNode) => {
  const { file, line, column } = node;
  return { file, line, column, path: node.attributes.get('name') ?? node.local };
};

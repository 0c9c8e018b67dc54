/**
 * Mistakes of vendors whose meaning is plain, mended with a warning: the tools that made such schemas never read them, and other tools
 * refuse the whole contract for them.
 */
import type { Finding } from '../../../contracts/finding.ts';
import { finding } from '../../../errors/finding.ts';
import { expandedName, XSD } from '../namespaces.ts';
import type { SchemaDocument } from './load-schemas.ts';
import { attribute, isXsd, namespaceOf, placeOf, type XmlNode } from './tree.ts';

const REFERENCES = ['type', 'base', 'ref', 'itemType', 'memberTypes', 'substitutionGroup'] as const;
const USUAL: ReadonlySet<string> = new Set(['xs', 'xsd', 's']);
/** Prefixes of our own, so that none of the schema's is hidden. */
const OWN = 'guildhall-own';
const STANDARD = 'guildhall-xsd';

/** The documents, with the mended ones in their place, and what was mended. */
export function mendSchemas(documents: readonly SchemaDocument[]): {
  readonly documents: readonly SchemaDocument[];
  readonly findings: readonly Finding[];
} {
  const declared = new Set(
    documents.flatMap(({ node, namespace }) =>
      node.children.map((child) => expandedName(namespace, attribute(child, 'name') ?? '')),
    ),
  );
  const findings: Finding[] = [];
  const mended = documents.map((document) => {
    const mender = new Mender(document, declared, findings);
    return { ...document, node: mender.mended(document.node) };
  });
  return { documents: mended, findings };
}

class Mender {
  readonly #document: SchemaDocument;
  readonly #declared: ReadonlySet<string>;
  readonly #findings: Finding[];

  constructor(document: SchemaDocument, declared: ReadonlySet<string>, findings: Finding[]) {
    this.#document = document;
    this.#declared = declared;
    this.#findings = findings;
  }

  mended(node: XmlNode, parent?: XmlNode): XmlNode {
    if (node.uri !== XSD || node.local === 'annotation') return node;
    const own = this.#withReferences(this.#withoutAttributes(node, parent));
    const children = node.children.map((child) => this.mended(child, node));
    return children.every((child, index) => child === node.children[index]) ? own : { ...own, children };
  }

  /** Global elements occur where they are referred to, and a type within something has no name. */
  #withoutAttributes(node: XmlNode, parent: XmlNode | undefined): XmlNode {
    const wrong = misplaced(node, parent).filter((name) => node.attributes.has(name));
    if (wrong.length === 0) return node;
    this.#tell(node, `${wrong.join(' and ')} at ${node.local}`, 'left out');
    return { ...node, attributes: new Map([...node.attributes].filter(([name]) => !wrong.includes(name))) };
  }

  #withReferences(node: XmlNode): XmlNode {
    let mended = node;
    for (const name of REFERENCES) {
      const written = attribute(node, name);
      if (written === undefined) continue;
      const names = written.split(/\s+/).map((each) => this.#reference(node, each));
      if (names.every(({ declared }) => declared === undefined)) continue;
      const declared = Object.assign(
        {},
        mended.declared,
        ...names.map((each) => each.declared),
      ) as typeof node.declared;
      const value = names.map((each) => each.written).join(' ');
      mended = { ...mended, declared, attributes: new Map([...mended.attributes, [name, value]]) };
      this.#tell(node, `${name}="${written}", whose namespace nothing declares`, `taken as ${meantBy(names)}`);
    }
    return mended;
  }

  /** `declared` where it is written anew. */
  #reference(node: XmlNode, written: string): Reference {
    const { namespace, chameleon } = this.#document;
    const [local, prefix = ''] = written.split(':').reverse() as [string, string?];
    const uri = namespaceOf(node, prefix);
    if (prefix !== '' && prefix !== 'xml' && uri === undefined && USUAL.has(prefix))
      return { written: `${STANDARD}:${local}`, declared: { [STANDARD]: XSD } };
    const lost = prefix === '' && (uri ?? '') === '' && namespace !== '' && !chameleon;
    if (lost && !this.#declared.has(local) && this.#declared.has(expandedName(namespace, local)))
      return { written: `${OWN}:${local}`, declared: { [OWN]: namespace } };
    return { written, declared: undefined };
  }

  #tell(node: XmlNode, what: string, taken: string): void {
    const values = { file: node.file, what, taken };
    this.#findings.push(finding('SCHEMA_MENDED', placeOf(node), values, { severity: 'warning' }));
  }
}

interface Reference {
  readonly written: string;
  readonly declared: Readonly<Record<string, string>> | undefined;
}

const meantBy = (names: readonly Reference[]) =>
  names.some(({ declared }) => declared && STANDARD in declared) ? 'one of XML Schema' : 'one of the target namespace';

function misplaced(node: XmlNode, parent: XmlNode | undefined): readonly string[] {
  const global = parent !== undefined && isXsd(parent, 'schema');
  if (global && isXsd(node, 'element')) return ['minOccurs', 'maxOccurs', 'form'];
  if (global && isXsd(node, 'attribute')) return ['use', 'form'];
  const inside = parent && !global && !isXsd(parent, 'redefine');
  return inside && (isXsd(node, 'complexType') || isXsd(node, 'simpleType')) ? ['name'] : [];
}

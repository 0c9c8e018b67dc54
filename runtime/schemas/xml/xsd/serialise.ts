/** Writes schema documents for the validator: imports by namespace, includes resolved, lines where they were. */
import { escapeAttribute } from '../escape.ts';
import { XSD } from '../namespaces.ts';
import type { SchemaDocument } from './load-schemas.ts';
import type { XmlNode } from './tree.ts';

/** One document for the validator; `file` is undefined for those that only tie others together. */
export interface ValidatorFile {
  readonly url: string;
  readonly text: string;
  readonly file: string | undefined;
}

const DROPPED: ReadonlySet<string> = new Set(['import', 'include', 'annotation']);

/** The first file imports all others. */
export function validatorFiles(documents: readonly SchemaDocument[]): readonly ValidatorFile[] {
  const namespaces = [...new Set(documents.map((document) => document.namespace))];
  const hubs = new Map(namespaces.map((namespace, index) => [namespace, `mem:///namespace-${index}.xsd`]));
  const files = documents.map((document, index) => ({
    url: `mem:///document-${index}.xsd`,
    text: documentText(document, importsFor(document.namespace, hubs)),
    file: document.file,
  }));
  const includes = (namespace: string) =>
    files.flatMap(({ url }, index) =>
      documents[index]!.namespace === namespace ? `<xs:include schemaLocation="${url}"/>` : [],
    );
  const hubFiles = namespaces.map((namespace) => ({
    url: hubs.get(namespace)!,
    text: schema(namespace, includes(namespace).join('')),
    file: undefined,
  }));
  const all = {
    url: 'mem:///all.xsd',
    text: schema('urn:guildhall:all', importsFor('urn:guildhall:all', hubs)),
    file: undefined,
  };
  return [all, ...hubFiles, ...files];
}

function schema(namespace: string, content: string): string {
  const target = namespace === '' ? '' : ` targetNamespace="${escapeAttribute(namespace)}"`;
  return `<xs:schema xmlns:xs="${XSD}"${target}>${content}</xs:schema>`;
}

function importsFor(own: string, hubs: ReadonlyMap<string, string>): string {
  return [...hubs]
    .filter(([namespace]) => namespace !== own)
    .map(([namespace, url]) => {
      const name = namespace === '' ? '' : ` namespace="${escapeAttribute(namespace)}"`;
      return `<xs:import xmlns:xs="${XSD}"${name} schemaLocation="${url}"/>`;
    })
    .join('');
}

function documentText({ node }: SchemaDocument, imports: string): string {
  const writer = new LineWriter();
  const inherited: Record<string, string> = {};
  for (let at = node.parent; at; at = at.parent) Object.assign(inherited, { ...at.declared, ...inherited });
  writer.element(node, imports, { ...inherited, ...node.declared });
  return writer.text;
}

class LineWriter {
  text = '';
  #line = 1;

  element(node: XmlNode, first: string, declared: Readonly<Record<string, string>>): void {
    const missing = node.line - this.#line;
    if (missing > 0) {
      this.text += '\n'.repeat(missing);
      this.#line = node.line;
    }
    const names = Object.entries(declared).map(([prefix, uri]) => [prefix === '' ? 'xmlns' : `xmlns:${prefix}`, uri]);
    const own = [...node.attributes].filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'));
    const attributes = [...names, ...own].map(([name, value]) => ` ${name}="${escapeAttribute(value!)}"`).join('');
    this.text += `<${node.name}${attributes}>${first}`;
    for (const child of node.children) {
      if (child.uri === XSD && !DROPPED.has(child.local)) this.element(child, '', child.declared);
    }
    this.text += `</${node.name}>`;
  }
}

/** Finds the schema files of a namespace where no location leads to them: among those that lie with the contract. */
import { posix } from 'node:path';
import type { SchemaFiles } from '../../schema-files.ts';
import { attribute, isXsd, type XmlNode } from './tree.ts';

export class NamespaceFiles {
  readonly #folder: string;
  readonly #files: SchemaFiles;
  readonly #tree: (file: string) => XmlNode | undefined;

  /** `main`: the file of the contract; its folder and those below are searched. */
  constructor(main: string, files: SchemaFiles, tree: (file: string) => XmlNode | undefined) {
    this.#folder = posix.dirname(main);
    this.#files = files;
    this.#tree = tree;
  }

  /** The schemas of the namespace in the folder nearest to `from`: several where none declares what another does. */
  of(namespace: string, from: string): readonly XmlNode[] {
    const found = this.#candidates()
      .filter((file) => declaresNamespace(this.#files.read(file) ?? '', namespace))
      .flatMap((file) => this.#tree(file) ?? [])
      .filter((root) => isXsd(root, 'schema') && (attribute(root, 'targetNamespace') ?? '') === namespace);
    const nearest = Math.min(...found.map((root) => distance(root.file, from)));
    const taken = new Set<string>();
    return found.filter((root) => {
      if (distance(root.file, from) > nearest) return false;
      const names = namesIn(root);
      const own = names.every((name) => !taken.has(name));
      if (own) for (const name of names) taken.add(name);
      return own;
    });
  }

  #candidates(): readonly string[] {
    const prefix = this.#folder === '.' ? '' : `${this.#folder}/`;
    return this.#files.known.filter((file) => file.startsWith(prefix) && /\.(xsd|wsdl)$/i.test(file)).sort();
  }
}

/** A quick look, before the file is parsed. */
const declaresNamespace = (text: string, namespace: string) =>
  namespace === '' || text.includes(namespace.replaceAll('&', '&amp;'));

/** Steps between two folders. */
function distance(file: string, from: string): number {
  const way = posix.relative(posix.dirname(from), posix.dirname(file));
  return way === '' ? 0 : way.split('/').length;
}

const namesIn = (schema: XmlNode) =>
  schema.children.flatMap((child) => {
    const name = attribute(child, 'name');
    return name === undefined ? [] : [`${child.local} ${name}`];
  });

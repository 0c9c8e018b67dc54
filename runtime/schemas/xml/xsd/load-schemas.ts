/** Gathers the schema documents that belong to an XSD or WSDL: inline ones, imports and includes, each once. */
import { posix } from 'node:path';
import type { Finding } from '../../../contracts/finding.ts';
import { referredFiles } from '../../../contracts/referred-files.ts';
import { finding } from '../../../errors/finding.ts';
import type { SchemaFiles } from '../../schema-files.ts';
import { SOAP_ENCODING, WSDL, XML, XSD } from '../namespaces.ts';
import { adaptSchema } from './adapt-schema.ts';
import { mendSchemas } from './mend-schema.ts';
import { NamespaceFiles } from './namespace-files.ts';
import {
  type Component,
  hasComponent,
  type Redefined,
  redefinedIn,
  withOldName,
  withRedefinitions,
} from './redefine.ts';
import { referredNamespaces } from './referred-namespaces.ts';
import { rpcWrappers } from './rpc-wrappers.ts';
import { withoutSoapEncoding } from './soap-encoding.ts';
import { standardSchema } from './standard-schemas.ts';
import { attribute, isXsd, parseTree, placeOf, type XmlNode } from './tree.ts';

export interface SchemaDocument {
  readonly node: XmlNode;
  readonly file: string;
  /** For a document without a namespace of its own, that of the document which includes it. */
  readonly namespace: string;
  readonly chameleon: boolean;
  readonly qualifiedElements: boolean;
  readonly qualifiedAttributes: boolean;
}

export interface LoadedSchemas {
  readonly documents: readonly SchemaDocument[];
  readonly findings: readonly Finding[];
}

export function loadSchemas(file: string, files: SchemaFiles): LoadedSchemas {
  const loader = new Loader(file, files);
  loader.file(file, undefined);
  loader.resolve();
  const mended = mendSchemas([...loader.documents.values()]);
  const findings = [...loader.findings, ...mended.findings];
  const adapted = mended.documents.map((document) => ({ ...document, node: adaptSchema(document.node) }));
  if (loader.wsdls.length === 0) return { documents: adapted, findings };
  const documents = adapted.map((document) =>
    document.namespace === SOAP_ENCODING ? document : { ...document, node: withoutSoapEncoding(document.node) },
  );
  return { documents: [...documents, ...rpcDocuments(loader.wsdls, documents)], findings };
}

function rpcDocuments(wsdls: readonly XmlNode[], documents: readonly SchemaDocument[]): readonly SchemaDocument[] {
  const declared = new Set(
    documents.flatMap(({ node, namespace }) =>
      node.children
        .filter((child) => isXsd(child, 'element'))
        .map((child) => `{${namespace}}${attribute(child, 'name')}`),
    ),
  );
  return rpcWrappers(wsdls, declared).map(({ namespace, node }) => ({
    node: withoutSoapEncoding(node),
    file: node.file,
    namespace,
    chameleon: false,
    qualifiedElements: false,
    qualifiedAttributes: false,
  }));
}

class Loader {
  readonly documents = new Map<string, SchemaDocument>();
  readonly findings: Finding[] = [];
  readonly #main: string;
  readonly #files: SchemaFiles;
  /** Imports that lead to no file, by their namespace. */
  readonly #unresolved = new Map<string, XmlNode>();
  /** By the schema that redefines. */
  readonly #redefined = new Map<XmlNode, readonly Redefined[]>();
  readonly #trees = new Map<string, XmlNode | undefined>();
  readonly #wsdls = new Map<string, XmlNode>();

  constructor(main: string, files: SchemaFiles) {
    this.#main = main;
    this.#files = files;
  }

  get wsdls(): readonly XmlNode[] {
    return [...this.#wsdls.values()];
  }

  /** Once all files are known to which a location leads: what is imported by its namespace alone, or from a file that is not there. */
  resolve(): void {
    const known = new NamespaceFiles(this.#main, this.#files, (file) => this.#tree(file));
    const has = (namespace: string) =>
      [...this.documents.values()].some((document) => document.namespace === namespace);
    if (this.documents.size > 0 && !has(XML)) this.#schema(standardSchema(XML)!, undefined);
    for (const [namespace, node] of referredNamespaces(this.documents.values())) {
      if (!this.#unresolved.has(namespace)) this.#unresolved.set(namespace, node);
    }
    for (let next = first(this.#unresolved); next; next = first(this.#unresolved)) {
      const [namespace, node] = next;
      this.#unresolved.delete(namespace);
      if (has(namespace)) continue;
      const standard = standardSchema(namespace);
      const found = known.of(namespace, node.file);
      if (found.length > 0) for (const root of found) this.#schema(root, undefined);
      else if (standard) this.#schema(standard, undefined);
      else this.#warn(node, namespace);
    }
  }

  #warn(node: XmlNode, namespace: string): void {
    const location = attribute(node, 'schemaLocation');
    if (location !== undefined) this.#missing(node, location, 'warning');
    else this.findings.push(finding('SCHEMA_NAMESPACE_UNKNOWN', placeOf(node), { namespace }, { severity: 'warning' }));
  }

  file(file: string, includer: string | undefined): void {
    const root = this.#tree(file);
    if (!root) return;
    if (isXsd(root, 'schema')) this.#schema(root, includer);
    else if (root.uri === WSDL && root.local === 'definitions') this.#wsdl(root);
    else this.#invalid(root, `its root is ${root.name}, neither an XML Schema nor a WSDL 1.1`);
  }

  #tree(file: string): XmlNode | undefined {
    if (this.#trees.has(file)) return this.#trees.get(file);
    const { root, finding: wrong } = parseTree(file, this.#files.read(file) ?? '');
    if (wrong) this.findings.push(wrong);
    this.#trees.set(file, root);
    return root;
  }

  #wsdl(root: XmlNode): void {
    if (this.#wsdls.has(root.file)) return;
    this.#wsdls.set(root.file, root);
    for (const node of root.children) {
      if (node.uri !== WSDL) continue;
      if (node.local === 'import') this.#follow(node, attribute(node, 'location'), undefined);
      if (node.local !== 'types') continue;
      for (const schema of node.children) if (isXsd(schema, 'schema')) this.#schema(schema, undefined);
    }
  }

  #schema(node: XmlNode, includer: string | undefined): void {
    const own = attribute(node, 'targetNamespace');
    const namespace = own ?? includer ?? '';
    const key = `${node.file}:${node.line}:${node.column}:${namespace}`;
    if (this.documents.has(key)) return;
    const form = (name: string) => attribute(node, name) === 'qualified';
    this.documents.set(key, {
      node,
      file: node.file,
      namespace,
      chameleon: own === undefined && namespace !== '',
      qualifiedElements: form('elementFormDefault'),
      qualifiedAttributes: form('attributeFormDefault'),
    });
    for (const child of node.children) this.#directive(child, namespace);
    if (node.children.some((child) => isXsd(child, 'redefine'))) {
      const redefined = withRedefinitions(node, this.#redefined.get(node) ?? []);
      this.documents.set(key, { ...this.documents.get(key)!, node: redefined });
    }
  }

  #directive(child: XmlNode, namespace: string): void {
    if (child.uri !== XSD) return;
    const location = attribute(child, 'schemaLocation');
    if (child.local === 'include') this.#follow(child, location, namespace);
    if (child.local === 'import') this.#import(child, location);
    if (child.local === 'redefine') this.#redefine(child, location, namespace);
    if (child.local === 'override') {
      this.findings.push(finding('SCHEMA_UNSUPPORTED', placeOf(child), { what: `xs:${child.local}` }));
    }
  }

  #import(node: XmlNode, location: string | undefined): void {
    const namespace = attribute(node, 'namespace') ?? '';
    if (namespace === XSD) return;
    const file = location === undefined ? undefined : this.#locate(node.file, location);
    if (file !== undefined) this.file(file, undefined);
    else if (!this.#unresolved.has(namespace)) this.#unresolved.set(namespace, node);
  }

  /** What it redefines lies in the file that it names, or in one that this includes. */
  #redefine(redefine: XmlNode, location: string | undefined, namespace: string): void {
    this.#follow(redefine, location, namespace);
    for (const named of redefinedIn(redefine)) {
      const redefined = { ...named, before: this.#oldName(named, namespace) };
      const schema = redefine.parent!;
      this.#redefined.set(schema, [...(this.#redefined.get(schema) ?? []), redefined]);
      const found = [...this.documents].find(
        ([, document]) => document.namespace === namespace && hasComponent(document.node, redefined),
      );
      if (found) this.documents.set(found[0], { ...found[1], node: withOldName(found[1].node, redefined) });
      else this.#invalid(redefine, `it redefines ${redefined.kind} ${redefined.name}, which the file does not have`);
    }
  }

  /** Of a component that is redefined more than once, each has another. */
  #oldName({ kind, name }: Component, namespace: string): string {
    const schemas = [...this.documents.values()].filter((document) => document.namespace === namespace);
    let before = `${name}.before`;
    while (schemas.some(({ node }) => hasComponent(node, { kind, name: before }))) before += '.before';
    return before;
  }

  #follow(node: XmlNode, location: string | undefined, includer: string | undefined): void {
    if (location === undefined) return;
    const file = this.#locate(node.file, location);
    if (file !== undefined) {
      this.file(file, includer);
      return;
    }
    this.#missing(node, location, 'error');
  }

  #missing(node: XmlNode, location: string, severity: 'error' | 'warning'): void {
    const wanted = posix.normalize(posix.join(posix.dirname(node.file), location));
    const unknown = { name: wanted, known: this.#files.known };
    this.findings.push(finding('SCHEMA_FILE_UNKNOWN', placeOf(node), { file: location }, { unknown, severity }));
  }

  /** Where a location says; for one on the web or in another folder, the file of that name beside the schema. */
  #locate(from: string, location: string): string | undefined {
    const folder = posix.dirname(from);
    const places = referredFiles(from, location);
    const beside = [location, ...places].map((place) => posix.join(folder, posix.basename(place)));
    const tries = [...places, ...new Set(beside)];
    const found = tries.find((path) => this.#files.read(path) !== undefined);
    if (found !== undefined) return found;
    const lower = tries.map((path) => path.toLowerCase());
    return this.#files.known.find((path) => lower.includes(path.toLowerCase()));
  }

  #invalid(node: XmlNode, reason: string): void {
    this.findings.push(finding('SCHEMA_INVALID', placeOf(node), { file: node.file, reason }));
  }
}

const first = <K, V>(map: ReadonlyMap<K, V>): [K, V] | undefined => map.entries().next().value;

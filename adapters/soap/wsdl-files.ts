/** Reads a WSDL and all that it imports from the solution's folder: never from the network. */
import { posix } from 'node:path';
import { referredFiles } from '../../runtime/contracts/referred-files.ts';
import { WSDL_ADDRESSING } from './addressing/names.ts';
import { readXml, type Tag } from './xml-reader.ts';

export const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
export const SOAP_11_BINDING = 'http://schemas.xmlsoap.org/wsdl/soap/';
export const SOAP_12_BINDING = 'http://schemas.xmlsoap.org/wsdl/soap12/';
export const XML_SCHEMA = 'http://www.w3.org/2001/XMLSchema';

/** An element of WSDL, of its SOAP binding or of a schema. */
export interface WsdlNode {
  readonly uri: string;
  readonly local: string;
  /** Attributes without a namespace, and arrayType; those that name something are written `{namespace}local`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: WsdlNode[];
}

/** An attribute that says where another file lies, or where the service is. */
export interface Reference {
  readonly attribute: 'location' | 'schemaLocation';
  /** The start tag that it stands in. */
  readonly start: number;
  readonly end: number;
  /** The file that it leads to; undefined for an address and for what lies in the network. */
  readonly file: string | undefined;
  /** True for the address of a service. */
  readonly address: boolean;
}

export interface WsdlFile {
  /** Relative to the solution's folder. */
  readonly path: string;
  readonly text: string;
  readonly root: WsdlNode;
  readonly references: readonly Reference[];
}

const MOST_FILES = 500;

/**
 * The WSDL first, then what it imports. `read` gives undefined when there is no such file: a schema may be missing, since bodies
 * are not checked here, a WSDL may not. Throws Error or XmlProblem.
 */
export function readWsdlFiles(path: string, read: (path: string) => string | undefined): readonly WsdlFile[] {
  const files = new Map<string, WsdlFile>();
  const wanted = [{ file: posix.normalize(path), needed: true }];
  for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
    if (files.has(next.file)) continue;
    if (files.size >= MOST_FILES) throw new Error(`it imports more than ${MOST_FILES} files`);
    const text = read(next.file);
    if (text === undefined && next.needed) throw new Error(`there is no ${next.file}`);
    if (text === undefined) continue;
    const parsed = readWsdlFile(next.file, text.replace(/^\ufeff/, ''), (file) => read(file) !== undefined);
    files.set(next.file, parsed);
    wanted.push(...importedBy(parsed));
  }
  return [...files.values()];
}

function importedBy({ references }: WsdlFile) {
  return references.flatMap(({ file, attribute }) =>
    file === undefined ? [] : [{ file, needed: attribute === 'location' }],
  );
}

function readWsdlFile(path: string, text: string, exists: (file: string) => boolean): WsdlFile {
  const root: WsdlNode = { uri: '', local: '', attributes: {}, children: [] };
  const open: WsdlNode[] = [root];
  const references: Reference[] = [];
  readXml(text, {
    open(tag) {
      const reference = referenceOf(tag, path, exists);
      if (reference) references.push(reference);
      const node = { uri: tag.uri, local: tag.local, attributes: attributesOf(tag), children: [] };
      open.at(-1)!.children.push(node);
      open.push(node);
    },
    close: () => void open.pop(),
  });
  return { path, text, root: root.children[0] ?? root, references };
}

function referenceOf(tag: Tag, from: string, exists: (file: string) => boolean): Reference | undefined {
  const { uri, local, start, end } = tag;
  const address = local === 'address' && (uri === SOAP_11_BINDING || uri === SOAP_12_BINDING);
  const schema = uri === XML_SCHEMA && /^(import|include|redefine)$/.test(local);
  if (!address && !schema && !(uri === WSDL && local === 'import')) return undefined;
  const attribute = schema ? 'schemaLocation' : 'location';
  const value = tag.attributes[attribute]?.value;
  if (value === undefined) return undefined;
  const files = address ? [] : referredFiles(from, value);
  return { attribute, start, end, address, file: files.find(exists) ?? files[0] };
}

const NAMES = new Set(['message', 'element', 'type', 'binding', 'base', 'ref', 'arrayType']);

function attributesOf({ attributes, resolve }: Tag): Readonly<Record<string, string>> {
  const plain = Object.values(attributes).filter(
    ({ uri, prefix, local }) => (uri === '' && prefix === '') || (uri === WSDL && local === 'arrayType'),
  );
  const action = Object.values(attributes).find(({ uri, local }) => local === 'Action' && WSDL_ADDRESSING.has(uri));
  return Object.fromEntries([
    ...plain.map(({ local, value }) => [local, NAMES.has(local) ? qualified(value, resolve) : value]),
    ...(action ? [['wsa:Action', action.value]] : []),
  ]);
}

function qualified(value: string, resolve: Tag['resolve']): string {
  const [prefix, local] = value.includes(':') ? (value.split(':', 2) as [string, string]) : ['', value];
  return `{${resolve(prefix) ?? ''}}${local}`;
}

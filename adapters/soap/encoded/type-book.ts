/** The types of a WSDL's schemas as far as SOAP encoding needs them: members in order, arrays and their items. */

import { WSDL, type WsdlFile, type WsdlNode, XML_SCHEMA } from '../wsdl-files.ts';
import { XmlProblem } from '../xml-reader.ts';

export interface Member {
  readonly uri: string;
  readonly local: string;
  readonly type: Type;
  readonly nillable: boolean;
  readonly optional: boolean;
}

/** `name` is `{namespace}local`; undefined for a type that has none. */
export type Type =
  | { readonly kind: 'simple' | 'any'; readonly name: string | undefined }
  | { readonly kind: 'struct'; readonly name: string | undefined; readonly members: () => readonly Member[] }
  | { readonly kind: 'array'; readonly name: string | undefined; readonly item: () => Member };

export interface Types {
  /** Unknown names are of any type. */
  type(name: string): Type;
  /** True for a type of the schemas themselves, not one of XML Schema or of SOAP encoding. */
  has(name: string): boolean;
  /** The type of a global element. */
  element(name: string): Type;
}

export const ENCODING_11 = 'http://schemas.xmlsoap.org/soap/encoding/';
export const ENCODING_12 = 'http://www.w3.org/2003/05/soap-encoding';
export const isEncoding = (uri: string) => uri === ENCODING_11 || uri === ENCODING_12;

interface Declared {
  readonly node: WsdlNode;
  readonly schema: WsdlNode;
}

export function compileTypes(files: readonly WsdlFile[]): Types {
  const types = new Map<string, Declared>();
  const elements = new Map<string, Declared>();
  for (const schema of files.flatMap(({ root }) => schemasIn(root))) {
    const namespace = schema.attributes['targetNamespace'] ?? '';
    for (const node of schema.children) {
      const name = `{${namespace}}${node.attributes['name']}`;
      if (node.local === 'complexType' || node.local === 'simpleType') types.set(name, { node, schema });
      if (node.local === 'element') elements.set(name, { node, schema });
    }
  }
  const known = new Map<string, Type>();
  const book: Types = {
    has: (name) => types.has(name),
    type(name) {
      const found = known.get(name) ?? named(name, types.get(name), book);
      known.set(name, found);
      return found;
    },
    element(name) {
      const found = elements.get(name);
      return found ? typeOf(found, book) : ANY;
    },
  };
  return book;
}

function schemasIn(root: WsdlNode): readonly WsdlNode[] {
  if (root.uri === XML_SCHEMA) return [root];
  return childrenOf(root, 'types', WSDL).flatMap((types) => childrenOf(types, 'schema'));
}

const childrenOf = ({ children }: WsdlNode, local: string, uri = XML_SCHEMA) =>
  children.filter((child) => child.uri === uri && child.local === local);

const ANY: Type = { kind: 'any', name: undefined };

function named(name: string, declared: Declared | undefined, book: Types): Type {
  if (declared) return built(declared, name, book);
  if (name.endsWith('}anyType') || name.endsWith('}ur-type')) return { kind: 'any', name };
  const builtIn =
    name.startsWith(`{${XML_SCHEMA}}`) || (isEncoding(name.slice(1, name.indexOf('}'))) && /[a-z]\w*$/.test(name));
  return builtIn && !/\}(Array|Struct)$/.test(name) ? { kind: 'simple', name } : ANY;
}

function built({ node, schema }: Declared, name: string | undefined, book: Types): Type {
  if (node.local === 'simpleType') return { kind: 'simple', name };
  const [content] = node.children.filter(({ local }) => local === 'complexContent' || local === 'simpleContent');
  if (content?.local === 'simpleContent') return { kind: 'simple', name };
  const derivation = content?.children.find(({ local }) => local === 'extension' || local === 'restriction');
  const base = derivation?.attributes['base'];
  if (derivation && base !== undefined && isArray(base)) return arrayFrom(derivation, schema, name, book);
  const parent = base === undefined ? ANY : book.type(base);
  if (parent.kind === 'array') return { ...parent, name };
  const extended = derivation?.local === 'extension' && parent.kind === 'struct' ? parent.members : () => [];
  const own = derivation ?? node;
  return { kind: 'struct', name, members: once(() => [...extended(), ...membersIn(own, schema, book, false)]) };
}

const isArray = (name: string) => name === `{${ENCODING_11}}Array` || name === `{${ENCODING_12}}Array`;

const GROUPS = new Set(['sequence', 'all', 'choice']);

function membersIn(node: WsdlNode, schema: WsdlNode, book: Types, optional: boolean): readonly Member[] {
  return node.children.flatMap((child) => {
    const loose = optional || child.attributes['minOccurs'] === '0' || child.local === 'choice';
    if (child.uri !== XML_SCHEMA) return [];
    if (GROUPS.has(child.local)) return membersIn(child, schema, book, loose);
    return child.local === 'element' ? [member(child, schema, book, loose)] : [];
  });
}

function member(node: WsdlNode, schema: WsdlNode, book: Types, optional: boolean): Member {
  const nillable = /^(true|1)$/.test(node.attributes['nillable'] ?? '');
  const reference = node.attributes['ref'];
  if (reference !== undefined) {
    const [, uri = '', local = ''] = /^\{(.*?)\}(.*)$/.exec(reference)!;
    return { uri, local, type: book.element(reference), nillable, optional };
  }
  const form = node.attributes['form'] ?? schema.attributes['elementFormDefault'];
  const uri = form === 'qualified' ? (schema.attributes['targetNamespace'] ?? '') : '';
  const local = node.attributes['name'] ?? '';
  return {
    uri,
    local,
    get type() {
      return typeOf({ node, schema }, book);
    },
    nillable,
    optional,
  };
}

function typeOf({ node, schema }: Declared, book: Types): Type {
  const name = node.attributes['type'];
  if (name !== undefined) return book.type(name);
  const inline = node.children.find(({ local }) => local === 'complexType' || local === 'simpleType');
  return inline ? built({ node: inline, schema }, undefined, book) : ANY;
}

/** The items of an array: the element that it declares, else `item` of the type in wsdl:arrayType. */
function arrayFrom(derivation: WsdlNode, schema: WsdlNode, name: string | undefined, book: Types): Type {
  const written = childrenOf(derivation, 'attribute').flatMap(({ attributes }) => attributes['arrayType'] ?? [])[0];
  const item = (): Member => {
    if (written !== undefined && /\[[^\]]*,/.test(written))
      throw new XmlProblem(`${written} is an array of several dimensions, which is not supported`);
    const [own] = membersIn(derivation, schema, book, true);
    const type = written === undefined ? undefined : itemType(written, book);
    if (own) return own.type.kind === 'any' && type ? { ...own, type, nillable: true } : { ...own, nillable: true };
    return { uri: '', local: 'item', type: type ?? ANY, nillable: true, optional: true };
  };
  return { kind: 'array', name, item: once(item) };
}

/** Types may be recursive, so members are looked up when they are asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Of `{n}T[]` that is T; of `{n}T[][]`, an array of arrays, it is an array of T. */
function itemType(arrayType: string, book: Types): Type {
  const inner = arrayType.replace(/\[[\d,\s]*\]$/, '');
  if (!inner.endsWith(']')) return book.type(inner);
  const item = { uri: '', local: 'item', type: itemType(inner, book), nillable: true, optional: true };
  return { kind: 'array', name: undefined, item: () => item };
}

/**
 * Schemas of rpc/encoded services as if they had been written without SOAP encoding: an array is a sequence of its items, and the
 * encoding's own types are those of XML Schema. Source: WSDL 1.1, section 2.2; SOAP 1.1, section 5.
 */
import { SOAP_ENCODING, XSD } from '../namespaces.ts';
import { attribute, isXsd, namespaceOf, type XmlNode } from './tree.ts';

/** The prefixes are our own, so that none of the schema's is hidden. */
const PREFIX = 'guildhall-xs';

/** The schema itself, when it has nothing of the encoding. */
export function withoutSoapEncoding(node: XmlNode): XmlNode {
  if (isXsd(node, 'complexType')) {
    const array = arrayIn(node);
    if (array) return withChildren(node, [array]);
  }
  const changed = withPlainTypes(node);
  const children = node.children.map(withoutSoapEncoding);
  const same = children.every((child, index) => child === node.children[index]);
  return same ? changed : { ...changed, children };
}

function withPlainTypes(node: XmlNode): XmlNode {
  if (node.uri !== XSD) return node;
  for (const key of ['type', 'base', 'itemType']) {
    const written = attribute(node, key);
    const local = written === undefined ? undefined : encodedName(node, written);
    if (local !== undefined) return withAttribute(node, key, `${PREFIX}:${plainName(local)}`, XSD);
  }
  return node;
}

const plainName = (local: string) => (/^[A-Z]/.test(local) ? 'anyType' : local === 'base64' ? 'base64Binary' : local);

/** The local name, where a name is one of the encoding. */
function encodedName(node: XmlNode, written: string): string | undefined {
  const [local, prefix = ''] = written.split(':').reverse() as [string, string?];
  return namespaceOf(node, prefix) === SOAP_ENCODING ? local : undefined;
}

/** The sequence that a type restricted from soapenc:Array stands for. */
function arrayIn(type: XmlNode): XmlNode | undefined {
  const content = type.children.find((child) => isXsd(child, 'complexContent'));
  const derivation = content?.children.find((child) => isXsd(child, 'restriction') || isXsd(child, 'extension'));
  const base = derivation && attribute(derivation, 'base');
  if (!derivation || base === undefined || encodedName(derivation, base) !== 'Array') return undefined;
  const written = derivation.children.flatMap((child) => arrayTypeOf(child))[0];
  const own = elementIn(derivation);
  const untyped = own === undefined || attribute(own, 'type') === undefined;
  const item = untyped && written ? itemOf(written.node, written.value, own) : own;
  return sequence(derivation, item ?? itemOf(derivation, undefined, undefined));
}

function arrayTypeOf(node: XmlNode): { readonly node: XmlNode; readonly value: string }[] {
  const found = [...node.attributes].find(([name]) => /(^|:)arrayType$/.test(name));
  return isXsd(node, 'attribute') && found ? [{ node, value: found[1].trim() }] : [];
}

function elementIn(node: XmlNode): XmlNode | undefined {
  for (const child of node.children) {
    if (isXsd(child, 'element')) return child;
    const inside = isXsd(child, 'sequence') || isXsd(child, 'all') ? elementIn(child) : undefined;
    if (inside) return inside;
  }
  return undefined;
}

/** `n:T[]` has items of n:T; `n:T[][]` has items that hold items of n:T. Without a type the items are of any. */
function itemOf(at: XmlNode, arrayType: string | undefined, own: XmlNode | undefined): XmlNode {
  const inner = arrayType?.replace(/\[[\d,\s]*\]$/, '').trim();
  const name = (own && attribute(own, 'name')) ?? 'item';
  const element = made(at, 'element', [
    ['name', name],
    ['form', (own && attribute(own, 'form')) ?? 'unqualified'],
    ['nillable', 'true'],
  ]);
  if (inner === undefined) return withAttribute(element, 'type', `${PREFIX}:anyType`, XSD);
  if (inner.endsWith(']'))
    return withChildren(element, [
      withChildren(made(at, 'complexType', []), [sequence(at, itemOf(at, inner, undefined))]),
    ]);
  return withPlainTypes(withAttribute(element, 'type', inner));
}

function sequence(at: XmlNode, item: XmlNode): XmlNode {
  const many: [string, string][] = [
    ['minOccurs', '0'],
    ['maxOccurs', 'unbounded'],
  ];
  const repeated = { ...withoutSoapEncoding(item), attributes: new Map([...item.attributes, ...many]) };
  return withChildren(made(at, 'sequence', []), [withPlainTypes(repeated)]);
}

/** An element of XML Schema at the place of another. */
export function made(at: XmlNode, local: string, attributes: readonly (readonly [string, string])[]): XmlNode {
  const { file, line, column } = at;
  const declared = { [PREFIX]: XSD };
  const name = `${PREFIX}:${local}`;
  return {
    name,
    local,
    uri: XSD,
    attributes: new Map(attributes),
    declared,
    parent: at,
    children: [],
    file,
    line,
    column,
  };
}

export const withChildren = (node: XmlNode, children: readonly XmlNode[]): XmlNode => ({
  ...node,
  children: [...children],
});

function withAttribute(node: XmlNode, name: string, value: string, uri?: string): XmlNode {
  const declared = uri === undefined ? node.declared : { ...node.declared, [PREFIX]: uri };
  return { ...node, declared, attributes: new Map([...node.attributes, [name, value]]) };
}

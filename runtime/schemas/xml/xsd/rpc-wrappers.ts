/**
 * The elements that operations in rpc style exchange, which no schema declares: the operation's name, and that with Response, around
 * the parts of the message. Source: WSDL 1.1, section 3.5; WS-I Basic Profile 1.1, R2717 to R2737.
 */
import { WSDL } from '../namespaces.ts';
import { made, withChildren } from './soap-encoding.ts';
import { attribute, namespaceOf, type XmlNode } from './tree.ts';

export interface RpcSchema {
  readonly namespace: string;
  /** An xs:schema that declares the wrappers. */
  readonly node: XmlNode;
}

const SOAP = ['http://schemas.xmlsoap.org/wsdl/soap/', 'http://schemas.xmlsoap.org/wsdl/soap12/'];

/** Of all WSDLs that belong together. One schema for each namespace; elements that `declared` knows are left out. */
export function rpcWrappers(wsdls: readonly XmlNode[], declared: ReadonlySet<string>): readonly RpcSchema[] {
  const elements = new Map<string, { readonly namespace: string; readonly node: XmlNode }>();
  for (const binding of wsdls.flatMap((root) => childrenOf(root, 'binding'))) {
    for (const found of wrappersOf(binding, wsdls)) {
      const name = `{${found.namespace}}${attribute(found.node, 'name')}`;
      if (!declared.has(name) && !elements.has(name)) elements.set(name, found);
    }
  }
  const byNamespace = Map.groupBy(elements.values(), ({ namespace }) => namespace);
  return [...byNamespace].map(([namespace, found]) => {
    const target: [string, string][] = namespace === '' ? [] : [['targetNamespace', namespace]];
    const schema = made(found[0]!.node.parent!, 'schema', target);
    return {
      namespace,
      node: withChildren(
        schema,
        found.map(({ node }) => node),
      ),
    };
  });
}

interface Wrapper {
  readonly namespace: string;
  readonly node: XmlNode;
}

function wrappersOf(binding: XmlNode, wsdls: readonly XmlNode[]): readonly Wrapper[] {
  const soap = soapChild(binding, 'binding');
  if (!soap) return [];
  const portType = named(wsdls, 'portType', attribute(binding, 'type'));
  return childrenOf(binding, 'operation').flatMap((bound) => {
    const own = soapChild(bound, 'operation');
    const style = (own && attribute(own, 'style')) ?? attribute(soap, 'style');
    const name = attribute(bound, 'name') ?? '';
    const operation = portType && childrenOf(portType, 'operation').find((node) => attribute(node, 'name') === name);
    if (style !== 'rpc' || !operation) return [];
    return ['input', 'output'].flatMap((way) => {
      const [abstract] = childrenOf(operation, way);
      const message = abstract && named(wsdls, 'message', attribute(abstract, 'message'));
      const body = childrenOf(bound, way).flatMap((node) => soapChild(node, 'body') ?? [])[0];
      if (!message) return [];
      const namespace = (body && attribute(body, 'namespace')) ?? namespaceIn(binding, attribute(binding, 'type'));
      const wrapper = made(bound, 'element', [['name', way === 'input' ? name : `${name}Response`]]);
      return [{ namespace, node: withChildren(wrapper, [contentOf(message, body)]) }];
    });
  });
}

function contentOf(message: XmlNode, body: XmlNode | undefined): XmlNode {
  const chosen = body && attribute(body, 'parts')?.split(/\s+/);
  const encoded = body !== undefined && attribute(body, 'use') === 'encoded';
  const parts = childrenOf(message, 'part').filter((part) => chosen?.includes(attribute(part, 'name') ?? '') ?? true);
  const sequence = withChildren(
    made(message, 'sequence', []),
    parts.map((part) => accessor(part, encoded)),
  );
  return withChildren(made(message, 'complexType', []), [sequence]);
}

/** The part may lie in another file than the binding, so it brings the prefixes that it stands under. */
function accessor(part: XmlNode, encoded: boolean): XmlNode {
  const node = accessorOf(part, encoded);
  return { ...node, declared: { ...scopeOf(part), ...node.declared } };
}

function accessorOf(part: XmlNode, encoded: boolean): XmlNode {
  const element = attribute(part, 'element');
  if (element !== undefined) return made(part, 'element', [['ref', element]]);
  const type: [string, string][] = attribute(part, 'type') === undefined ? [] : [['type', attribute(part, 'type')!]];
  const nillable: [string, string][] = encoded ? [['nillable', 'true']] : [];
  return made(part, 'element', [
    ['name', attribute(part, 'name') ?? ''],
    ['form', 'unqualified'],
    ...type,
    ...nillable,
  ]);
}

function scopeOf(node: XmlNode): Record<string, string> {
  const scope: Record<string, string> = {};
  for (let at: XmlNode | undefined = node; at; at = at.parent) Object.assign(scope, { ...at.declared, ...scope });
  return scope;
}

const childrenOf = (node: XmlNode, local: string) =>
  node.children.filter((child) => child.uri === WSDL && child.local === local);

const soapChild = (node: XmlNode, local: string) =>
  node.children.find((child) => SOAP.includes(child.uri) && child.local === local);

function namespaceIn(node: XmlNode, written: string | undefined): string {
  const [, prefix = ''] = (written ?? '').split(':').reverse();
  return namespaceOf(node, prefix) ?? '';
}

function named(wsdls: readonly XmlNode[], local: string, written: string | undefined): XmlNode | undefined {
  const name = written?.replace(/^.*:/, '');
  return wsdls.flatMap((root) => childrenOf(root, local)).find((node) => attribute(node, 'name') === name);
}

/**
 * The elements that operations in rpc style exchange, which no schema declares: the operation's name, and that with Response, around
 * the parts of the message. Messages of document style that have no parts get such an element too, which is not on the wire. Source: WSDL 1.1, section 3.5; WS-I Basic Profile 1.1, R2717 to R2737.
 */
import { made, withChildren } from './soap-encoding.ts';
import { attribute, type XmlNode } from './tree.ts';
import { bodyParts, namespaceFor, soapChild, styleOf, WsdlDefinitions, wsdlChildren } from './wsdl-definitions.ts';

export interface RpcSchema {
  readonly namespace: string;
  /** An xs:schema that declares the wrappers. */
  readonly node: XmlNode;
}

/** Of all WSDLs that belong together. One schema for each namespace; elements that `declared` knows are left out. */
export function rpcWrappers(wsdls: readonly XmlNode[], declared: ReadonlySet<string>): readonly RpcSchema[] {
  const elements = new Map<string, { readonly namespace: string; readonly node: XmlNode }>();
  const definitions = new WsdlDefinitions(wsdls);
  for (const binding of definitions.all('binding')) {
    for (const found of wrappersOf(binding, definitions)) {
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

function wrappersOf(binding: XmlNode, definitions: WsdlDefinitions): readonly Wrapper[] {
  if (!soapChild(binding, 'binding')) return [];
  return definitions.bound(binding).flatMap(({ bound, operation }) => {
    const name = attribute(bound, 'name') ?? '';
    const rpc = styleOf(bound, binding) === 'rpc';
    return ['input', 'output'].flatMap((way) => {
      const [abstract] = wsdlChildren(operation, way);
      const message = abstract && definitions.named('message', abstract, 'message');
      const [boundWay] = wsdlChildren(bound, way);
      const body = boundWay && soapChild(boundWay, 'body');
      if (!message || (!rpc && bodyParts(message, boundWay).length > 0)) return [];
      const namespace =
        (body && attribute(body, 'namespace')) ?? namespaceFor(binding, attribute(binding, 'type') ?? '');
      const wrapper = made(bound, 'element', [['name', way === 'input' ? name : `${name}Response`]]);
      return [{ namespace, node: withChildren(wrapper, [contentOf(message, boundWay)]) }];
    });
  });
}

function contentOf(message: XmlNode, boundWay: XmlNode | undefined): XmlNode {
  const body = boundWay && soapChild(boundWay, 'body');
  const encoded = body !== undefined && attribute(body, 'use') === 'encoded';
  const parts = bodyParts(message, boundWay);
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

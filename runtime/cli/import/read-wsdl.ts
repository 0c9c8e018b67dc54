/** What a set of WSDL files says of its SOAP ports: their operations, and the elements that go in and out. WSDL 1.1. */
import { expandedName } from '../../schemas/xml/namespaces.ts';
import { attribute, parseTree, type XmlNode } from '../../schemas/xml/xsd/tree.ts';
import {
  bodyParts,
  namespaceFor,
  qualifiedName,
  soapChild,
  styleOf,
  WsdlDefinitions,
  wsdlChildren,
} from '../../schemas/xml/xsd/wsdl-definitions.ts';
import { failed } from './gather.ts';

export interface Wsdl {
  readonly ports: readonly WsdlPort[];
  /** Ports of services that are not bound to SOAP. */
  readonly others: readonly string[];
}

export interface WsdlPort {
  /** Undefined where the WSDL has no service: then its first SOAP binding, or else its port types, stand for it. */
  readonly service: string | undefined;
  readonly port: string;
  readonly operations: readonly WsdlOperation[];
}

export interface WsdlOperation {
  readonly name: string;
  /** `{namespace}name` of the elements, with style rpc of the wrappers; undefined where there is none. */
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly faults: readonly string[];
}

/** `files`: path to text, the first is the contract. Throws IMPORT_FAILED. */
export function readWsdl(files: ReadonlyMap<string, string>): Wsdl {
  const definitions = new WsdlDefinitions([...files].map(([file, text]) => rootOf(file, text)));
  if (definitions.isEmpty) throw failed([...files.keys()][0]!, 'it is no WSDL 1.1');
  const ports = definitions.all('service').flatMap((service) =>
    wsdlChildren(service, 'port').map((port) => {
      const binding = definitions.named('binding', port, 'binding');
      const soap = binding && soapChild(binding, 'binding') ? binding : undefined;
      return { service: nameOf(service), port: nameOf(port), binding: soap };
    }),
  );
  const bound = ports.flatMap(({ service, port, binding }) =>
    binding ? [{ service, port, operations: boundOperations(definitions, binding) }] : [],
  );
  return {
    ports: ports.length > 0 ? bound : withoutService(definitions),
    others: ports.filter(({ binding }) => !binding).map(({ service, port }) => `${service}/${port}`),
  };
}

const nameOf = (node: XmlNode) => attribute(node, 'name') ?? '';

function rootOf(file: string, text: string): XmlNode {
  const { root, finding } = parseTree(file, text);
  if (!root) throw failed(file, finding?.message ?? 'it is empty');
  return root;
}

function withoutService(definitions: WsdlDefinitions): readonly WsdlPort[] {
  const binding = definitions.all('binding').find((node) => soapChild(node, 'binding'));
  if (binding)
    return [{ service: undefined, port: nameOf(binding), operations: boundOperations(definitions, binding) }];
  const portTypes = definitions.all('portType');
  const operations = portTypes.flatMap((portType) =>
    wsdlChildren(portType, 'operation').map((operation) =>
      operationOf(definitions, operation, (way) => elementsOf(definitions, operation, way)[0]),
    ),
  );
  return portTypes.slice(0, 1).map((portType) => ({ service: undefined, port: nameOf(portType), operations }));
}

function boundOperations(definitions: WsdlDefinitions, binding: XmlNode): readonly WsdlOperation[] {
  return definitions.bound(binding).map(({ bound, operation }) => {
    const rpc = styleOf(bound, binding) === 'rpc';
    return operationOf(definitions, operation, (way) =>
      rpc || isEmpty(definitions, operation, way, bound)
        ? wrapperOf(operation, binding, bound, way)
        : elementsOf(definitions, operation, way, bound)[0],
    );
  });
}

function operationOf(
  definitions: WsdlDefinitions,
  operation: XmlNode,
  rootOfWay: (way: 'input' | 'output') => string | undefined,
): WsdlOperation {
  const faults = elementsOf(definitions, operation, 'fault');
  return { name: nameOf(operation), input: rootOfWay('input'), output: rootOfWay('output'), faults };
}

/** There is a message, but nothing of it stands in the body. */
function isEmpty(definitions: WsdlDefinitions, operation: XmlNode, way: string, bound: XmlNode): boolean {
  const [node] = wsdlChildren(operation, way);
  const message = node && definitions.named('message', node, 'message');
  return message !== undefined && bodyParts(message, wsdlChildren(bound, way)[0]).length === 0;
}

/** The element around the parts of an rpc message, or that of an empty one; the schemas of the solution know it, too. */
function wrapperOf(operation: XmlNode, binding: XmlNode, bound: XmlNode, way: 'input' | 'output') {
  if (wsdlChildren(operation, way).length === 0) return undefined;
  const body = wsdlChildren(bound, way).flatMap((node) => soapChild(node, 'body') ?? [])[0];
  const uri = (body && attribute(body, 'namespace')) ?? namespaceFor(binding, attribute(binding, 'type') ?? '');
  return expandedName(uri, `${nameOf(operation)}${way === 'input' ? '' : 'Response'}`);
}

/** Of each message that goes this way, the first part of its body that is an element. */
function elementsOf(definitions: WsdlDefinitions, operation: XmlNode, way: string, bound?: XmlNode): string[] {
  return wsdlChildren(operation, way).flatMap((node) => {
    const message = definitions.named('message', node, 'message');
    const boundWay = bound && wsdlChildren(bound, way)[0];
    const parts = message ? bodyParts(message, boundWay) : [];
    return parts.flatMap((part) => qualifiedName(part, 'element') ?? []).slice(0, 1);
  });
}

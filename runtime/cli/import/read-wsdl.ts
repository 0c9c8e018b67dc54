/** What a set of WSDL files says of its SOAP ports: their operations, and the elements that go in and out. WSDL 1.1. */
import { attribute, namespaceOf, parseTree, type XmlNode } from '../../schemas/xml/xsd/tree.ts';
import { failed } from './gather.ts';

const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
const SOAP = ['http://schemas.xmlsoap.org/wsdl/soap/', 'http://schemas.xmlsoap.org/wsdl/soap12/'];

export interface WsdlPort {
  /** Undefined where the WSDL has no service: then a port type stands for its port. */
  readonly service: string | undefined;
  readonly port: string;
  readonly file: string;
  readonly operations: readonly WsdlOperation[];
}

export interface WsdlOperation {
  readonly name: string;
  /** `{namespace}name` of the elements, with style rpc of the wrappers; undefined where there is none. */
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly faults: readonly string[];
}

/** `files`: path to text, the first is the contract. */
export function readWsdl(files: ReadonlyMap<string, string>): readonly WsdlPort[] {
  const roots = [...files].flatMap(([file, text]) => rootOf(file, text));
  const definitions = roots.filter((node) => node.uri === WSDL && node.local === 'definitions');
  if (definitions.length === 0) throw failed([...files.keys()][0]!, 'it is no WSDL 1.1');
  const all = (local: string) => definitions.flatMap((node) => childrenOf(node, local));
  const named = (local: string, name: string | undefined) =>
    all(local).find((node) => attribute(node, 'name') === name?.replace(/^.*:/, ''));
  const ports = all('service').flatMap((service) =>
    childrenOf(service, 'port').flatMap((port) => {
      const binding = named('binding', attribute(port, 'binding'));
      const soap = binding?.children.find((node) => SOAP.includes(node.uri) && node.local === 'binding');
      if (!binding || !soap) return [];
      const portType = named('portType', attribute(binding, 'type'));
      const operations = (portType ? childrenOf(portType, 'operation') : []).map((operation) =>
        operationOf(operation, binding, attribute(soap, 'style') ?? 'document', (name) => named('message', name)),
      );
      return [
        {
          service: attribute(service, 'name') ?? '',
          port: attribute(port, 'name') ?? '',
          file: service.file,
          operations,
        },
      ];
    }),
  );
  return ports.length > 0
    ? ports
    : all('portType').map((portType) => unbound(portType, (name) => named('message', name)));
}

function unbound(portType: XmlNode, message: (name: string | undefined) => XmlNode | undefined): WsdlPort {
  const operations = childrenOf(portType, 'operation').map((operation) =>
    operationOf(operation, portType, 'document', message),
  );
  return { service: undefined, port: attribute(portType, 'name') ?? '', file: portType.file, operations };
}

function rootOf(file: string, text: string): XmlNode[] {
  const { root, finding } = parseTree(file, text);
  if (!root) throw failed(file, finding?.message ?? 'it is empty');
  return [root];
}

const childrenOf = (node: XmlNode, local: string) =>
  node.children.filter((child) => child.uri === WSDL && child.local === local);

function operationOf(
  operation: XmlNode,
  binding: XmlNode,
  standard: string,
  message: (name: string | undefined) => XmlNode | undefined,
): WsdlOperation {
  const name = attribute(operation, 'name') ?? '';
  const bound = childrenOf(binding, 'operation').find((node) => attribute(node, 'name') === name);
  const own = bound?.children.find((node) => SOAP.includes(node.uri) && node.local === 'operation');
  const style = (own && attribute(own, 'style')) ?? standard;
  const elementsOf = (local: string) =>
    childrenOf(operation, local).flatMap((node) => elementIn(message(attribute(node, 'message'))));
  const rootOf = (way: 'input' | 'output') =>
    style === 'rpc' ? wrapperOf(operation, binding, bound, way) : elementsOf(way)[0];
  return { name, input: rootOf('input'), output: rootOf('output'), faults: elementsOf('fault') };
}

/** The element around the parts of an rpc message; the schemas of the solution know it, too. */
function wrapperOf(operation: XmlNode, binding: XmlNode, bound: XmlNode | undefined, way: 'input' | 'output') {
  if (childrenOf(operation, way).length === 0) return undefined;
  const body = bound && childrenOf(bound, way).flatMap(({ children }) => children.filter(isBody))[0];
  const [, prefix = ''] = (attribute(binding, 'type') ?? '').split(':').reverse();
  const uri = (body && attribute(body, 'namespace')) ?? namespaceOf(binding, prefix) ?? '';
  const local = `${attribute(operation, 'name')}${way === 'input' ? '' : 'Response'}`;
  return uri === '' ? local : `{${uri}}${local}`;
}

const isBody = ({ uri, local }: XmlNode) => SOAP.includes(uri) && local === 'body';

/** Of several parts the first that is an element: others are headers. */
function elementIn(message: XmlNode | undefined): string[] {
  const parts = message ? childrenOf(message, 'part') : [];
  return parts
    .flatMap((part) => {
      const written = attribute(part, 'element');
      if (written === undefined) return [];
      const [local, prefix = ''] = written.split(':').reverse() as [string, string?];
      const uri = namespaceOf(part, prefix) ?? '';
      return [uri === '' ? local : `{${uri}}${local}`];
    })
    .slice(0, 1);
}

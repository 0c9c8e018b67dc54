/** What the WSDLs of a contract define, found by qualified name. WSDL 1.1. */
import { expandedName, WSDL } from '../namespaces.ts';
import { attribute, namespaceOf, type XmlNode } from './tree.ts';

const MIME = 'http://schemas.xmlsoap.org/wsdl/mime/';
const SOAP = ['http://schemas.xmlsoap.org/wsdl/soap/', 'http://schemas.xmlsoap.org/wsdl/soap12/'];

export class WsdlDefinitions {
  readonly #roots: readonly XmlNode[];
  readonly #byName = new Map<string, XmlNode>();

  /** `roots`: of those, only wsdl:definitions count. */
  constructor(roots: readonly XmlNode[]) {
    this.#roots = roots.filter((node) => node.uri === WSDL && node.local === 'definitions');
    for (const root of this.#roots) {
      const namespace = attribute(root, 'targetNamespace') ?? '';
      for (const node of root.children) {
        const name = `${node.local} ${expandedName(namespace, attribute(node, 'name') ?? '')}`;
        if (node.uri === WSDL && !this.#byName.has(name)) this.#byName.set(name, node);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#roots.length === 0;
  }

  all(local: string): readonly XmlNode[] {
    return this.#roots.flatMap((node) => wsdlChildren(node, local));
  }

  /** What an attribute of a node names. */
  named(local: string, node: XmlNode, attributeName: string): XmlNode | undefined {
    return this.#byName.get(`${local} ${qualifiedName(node, attributeName)}`);
  }

  /** Each operation of a SOAP binding with that of the port type; of several of one name, the one whose input has the same name. */
  bound(binding: XmlNode): readonly { readonly bound: XmlNode; readonly operation: XmlNode }[] {
    const portType = this.named('portType', binding, 'type');
    const operations = portType ? wsdlChildren(portType, 'operation') : [];
    return wsdlChildren(binding, 'operation').flatMap((bound) => {
      const same = operations.filter((node) => attribute(node, 'name') === attribute(bound, 'name'));
      const operation = same.find((node) => inputName(node) === inputName(bound)) ?? same[0];
      return operation ? [{ bound, operation }] : [];
    });
  }
}

/** `{namespace}name` of what an attribute names; undefined without the attribute. */
export function qualifiedName(node: XmlNode, attributeName: string): string | undefined {
  const written = attribute(node, attributeName);
  return written === undefined ? undefined : expandedName(namespaceFor(node, written), written.replace(/^.*:/, ''));
}

/** Of the prefix of a name. */
export function namespaceFor(node: XmlNode, written: string): string {
  const colon = written.indexOf(':');
  return namespaceOf(node, colon === -1 ? '' : written.slice(0, colon)) ?? '';
}

export const wsdlChildren = (node: XmlNode, local: string): readonly XmlNode[] =>
  node.children.filter((child) => child.uri === WSDL && child.local === local);

/** The element of that name of the SOAP binding, 1.1 or 1.2; of a message of MIME parts it lies in one of them. */
export const soapChild = (node: XmlNode, local: string): XmlNode | undefined =>
  extensions(node).find((child) => SOAP.includes(child.uri) && child.local === local);

/** The style of a bound operation. */
export function styleOf(bound: XmlNode, binding: XmlNode): 'rpc' | 'document' {
  const own = soapChild(bound, 'operation');
  const whole = soapChild(binding, 'binding');
  return ((own && attribute(own, 'style')) ?? (whole && attribute(whole, 'style'))) === 'rpc' ? 'rpc' : 'document';
}

/** The parts that soap:body names; without that all but those that soap:header takes, and those that are attached. `boundWay`: the input or output of the binding. */
export function bodyParts(message: XmlNode, boundWay: XmlNode | undefined): readonly XmlNode[] {
  const parts = wsdlChildren(message, 'part');
  const body = boundWay && soapChild(boundWay, 'body');
  const named = body && attribute(body, 'parts')?.split(/\s+/);
  if (named) return parts.filter((part) => named.includes(attribute(part, 'name') ?? ''));
  const beside = (boundWay ? extensions(boundWay) : [])
    .filter((node) => isAttached(node) || isHeaderOf(node, message))
    .map((node) => attribute(node, 'part'));
  return parts.filter((part) => !beside.includes(attribute(part, 'name')));
}

const isAttached = ({ uri, local }: XmlNode) => uri === MIME && local === 'content';

const isHeaderOf = (node: XmlNode, message: XmlNode) =>
  SOAP.includes(node.uri) &&
  node.local === 'header' &&
  attribute(node, 'message')?.replace(/^.*:/, '') === attribute(message, 'name');

const extensions = ({ children }: XmlNode): readonly XmlNode[] =>
  children.flatMap((node) =>
    node.uri === MIME && (node.local === 'multipartRelated' || node.local === 'part') ? extensions(node) : [node],
  );

function inputName(operation: XmlNode): string | undefined {
  const [input] = wsdlChildren(operation, 'input');
  return input && attribute(input, 'name');
}

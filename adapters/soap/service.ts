/** A service as its WSDL describes it: one port, its address, and what each operation takes and gives. */
import { type Actions, actionsOf } from './addressing/actions.ts';
import type { RpcMessage } from './encoded/decode.ts';
import { compileTypes, type Member, type Types } from './encoded/type-book.ts';
import type { QName, SoapVersion } from './envelope.ts';
import type { HeaderPart } from './header-parts.ts';
import { attachedOf, bodyOf, childrenOf, headersOf, soapChild, versionOf } from './wsdl-binding.ts';
import { WSDL, type WsdlFile, type WsdlNode } from './wsdl-files.ts';
import { qname } from './xml-tree.ts';

export interface SoapOperation {
  readonly name: string;
  /** The body element of a request: the message's element, or with style rpc the operation's wrapper. */
  readonly input: QName;
  /** Absent when the operation is one-way. */
  readonly output: QName | undefined;
  readonly action: string;
  /** For WS-Addressing. */
  readonly actions: Actions;
  /** Messages of document style without parts: the body is empty, the element of the message is not on the wire. */
  readonly empty?: { readonly input: boolean; readonly output: boolean };
  /** Style rpc: the body element is a wrapper, whose namespace many get wrong. */
  readonly rpc?: true;
  /** Where the WSDL says use="encoded": what the wrapper holds. Messages of the bus are the same XML without the encoding. */
  readonly encoded?: { readonly input?: RpcMessage; readonly output?: RpcMessage };
  /** The header blocks that the binding declares, where there are any. */
  readonly headers?: { readonly input: readonly HeaderPart[]; readonly output: readonly HeaderPart[] };
  /** The elements that its declared faults have as detail, in the body and, by soap:headerfault, in the header. */
  readonly faults?: readonly QName[];
  readonly headerFaults?: readonly QName[];
}

export interface SoapService {
  /** `service/port`, or the name of the port type where the WSDL has no service. */
  readonly name: string;
  readonly version: SoapVersion;
  readonly address: string | undefined;
  readonly operations: readonly SoapOperation[];
  readonly types: Types;
}

export interface Choice {
  readonly service?: string;
  readonly port?: string;
  /** Preferred where there are ports of both. */
  readonly version?: SoapVersion;
}

interface Definitions {
  readonly find: (local: string, qualifiedName: string | undefined) => WsdlNode | undefined;
  readonly all: (local: string) => readonly WsdlNode[];
  readonly types: Types;
  readonly namespaceOf: (node: WsdlNode) => string;
}

/** Throws Error with a sentence when the WSDL has no such service, or none that can be called. */
export function readService(files: readonly WsdlFile[], choice: Choice): SoapService {
  const definitions = collect(files);
  const ports = definitions
    .all('service')
    .flatMap((service) => childrenOf(service, 'port').map((port) => ({ service, port })));
  if (ports.length === 0 && choice.service === undefined) return withoutService(definitions, choice);
  const named = ports.filter(
    ({ service, port }) =>
      (choice.service ?? service.attributes['name']) === service.attributes['name'] &&
      (choice.port ?? port.attributes['name']) === port.attributes['name'],
  );
  const bound = named.flatMap(({ service, port }) => {
    const binding = definitions.find('binding', port.attributes['binding']);
    const version = binding && versionOf(binding);
    return binding && version ? [{ service, port, binding, version }] : [];
  });
  const chosen = bound.find(({ version }) => version === choice.version) ?? bound[0];
  if (!chosen) throw new Error(`it has no SOAP port ${wanted(choice)}; there are ${known(ports) || 'none'}`);
  const { service, port, binding, version } = chosen;
  return {
    name: `${service.attributes['name']}/${port.attributes['name']}`,
    version,
    address: port.children.find(({ local }) => local === 'address')?.attributes['location'],
    operations: boundOperations(definitions, binding),
    types: definitions.types,
  };
}

function collect(files: readonly WsdlFile[]): Definitions {
  const roots = files.map(({ root }) => root).filter(({ uri, local }) => uri === WSDL && local === 'definitions');
  const byName = new Map<string, WsdlNode>();
  const namespaces = new Map<WsdlNode, string>();
  for (const root of roots) {
    const namespace = root.attributes['targetNamespace'] ?? '';
    for (const node of root.children) {
      namespaces.set(node, namespace);
      byName.set(`${node.local} {${namespace}}${node.attributes['name']}`, node);
    }
  }
  return {
    find: (local, qualifiedName) => byName.get(`${local} ${qualifiedName}`),
    all: (local) => roots.flatMap((root) => childrenOf(root, local)),
    types: compileTypes(files),
    namespaceOf: (node) => namespaces.get(node) ?? '',
  };
}

/** A WSDL that says what is exchanged but not where: by its first SOAP binding, else its port types in document style without actions. */
function withoutService(definitions: Definitions, choice: Choice): SoapService {
  const { types } = definitions;
  const bindings = definitions.all('binding').filter((binding) => versionOf(binding) !== undefined);
  const binding = bindings.find((each) => versionOf(each) === choice.version) ?? bindings[0];
  if (binding) {
    const operations = boundOperations(definitions, binding);
    const name = binding.attributes['name'] ?? '';
    return { name, version: versionOf(binding)!, address: undefined, operations, types };
  }
  const portTypes = definitions.all('portType');
  if (!portTypes[0]) throw new Error('it has neither a service nor a port type');
  const namesOf = (portType: WsdlNode) => ({
    namespace: definitions.namespaceOf(portType),
    portType: portType.attributes['name'] ?? '',
  });
  const named = portTypes.flatMap((portType) =>
    childrenOf(portType, 'operation').map((operation) => [operation, namesOf(portType)] as const),
  );
  const names = new Map(named);
  const operations = callable([...names.keys()], (operation) =>
    operationOf(definitions, operation, { style: 'document', action: '', ...names.get(operation)! }),
  );
  return { name: portTypes[0].attributes['name'] ?? '', version: '1.1', address: undefined, operations, types };
}

/** Without those whose body is no element; throws what is wrong with them where none is left. */
function callable(nodes: readonly WsdlNode[], operation: (node: WsdlNode) => SoapOperation): SoapOperation[] {
  let wrong: unknown;
  const operations = nodes.flatMap((node) => {
    try {
      return [operation(node)];
    } catch (thrown) {
      wrong ??= thrown;
      return [];
    }
  });
  if (operations.length === 0 && wrong !== undefined) throw wrong;
  return operations;
}

function boundOperations(definitions: Definitions, binding: WsdlNode): SoapOperation[] {
  const standard = soapChild(binding, 'binding')?.attributes['style'] ?? 'document';
  const portType = definitions.find('portType', binding.attributes['type']);
  const [, namespace = '', portTypeName = ''] = /^\{(.*)\}(.*)$/.exec(binding.attributes['type'] ?? '') ?? [];
  return callable(childrenOf(binding, 'operation'), (bound) => {
    const name = bound.attributes['name'];
    const same = portType
      ? childrenOf(portType, 'operation').filter(({ attributes }) => attributes['name'] === name)
      : [];
    const operation = same.find((each) => inputName(each) === inputName(bound)) ?? same[0];
    if (!operation) throw new Error(`its binding has the operation ${name}, which its port type lacks`);
    const { style = standard, soapAction: action = '' } = soapChild(bound, 'operation')?.attributes ?? {};
    const [input, output] = ['input', 'output'].map((way) => bodyOf(bound, way));
    const headers = { input: headersOf(bound, 'input'), output: headersOf(bound, 'output') };
    const attached = { input: attachedOf(bound, 'input'), output: attachedOf(bound, 'output') };
    const names = { namespace, portType: portTypeName };
    const own = operationOf(definitions, operation, { style, action, ...names, input, output, headers, attached });
    const faults = faultsOf(definitions, operation);
    const headerFaults = [...headers.input, ...headers.output].flatMap(({ children }) =>
      children.filter(({ local }) => local === 'headerfault').map((fault) => headerPart(definitions, fault)),
    );
    return {
      ...own,
      ...(faults.length === 0 ? {} : { faults }),
      ...(headerFaults.length === 0 ? {} : { headerFaults: headerFaults.map(({ uri, local }) => ({ uri, local })) }),
    };
  });
}

/** Faults are of one part, which is an element in all styles. */
function faultsOf(definitions: Definitions, operation: WsdlNode): QName[] {
  return childrenOf(operation, 'fault').flatMap(({ attributes }) => {
    const message = definitions.find('message', attributes['message']);
    const parts = message ? childrenOf(message, 'part') : [];
    return parts.flatMap((part) =>
      part.attributes['element'] === undefined ? [] : [qname(part.attributes['element'])],
    );
  });
}

interface Binding {
  readonly style: string;
  readonly action: string;
  /** Of the wrapper with style rpc, where soap:body names none. */
  readonly namespace?: string;
  readonly portType: string;
  readonly input?: WsdlNode | undefined;
  readonly output?: WsdlNode | undefined;
  /** The elements soap:header. */
  readonly headers?: { readonly input: readonly WsdlNode[]; readonly output: readonly WsdlNode[] };
  /** Names of parts that go beside the envelope. */
  readonly attached?: { readonly input: readonly string[]; readonly output: readonly string[] };
}

/** Operations of one name differ in that of their input. */
const inputName = (operation: WsdlNode) => childrenOf(operation, 'input')[0]?.attributes['name'];

function operationOf(definitions: Definitions, operation: WsdlNode, binding: Binding): SoapOperation {
  const name = operation.attributes['name'] ?? '';
  const isEmpty = (way: 'input' | 'output') =>
    binding.style !== 'rpc' && hasNoBody(definitions, operation, way, binding.headers?.[way] ?? []);
  const elementOf = (way: 'input' | 'output'): QName | undefined => {
    const message = childrenOf(operation, way)[0]?.attributes['message'];
    if (message === undefined) return undefined;
    if (binding.style !== 'rpc' && !isEmpty(way))
      return partElement(definitions, message, binding[way], binding.headers?.[way]);
    const uri = binding[way]?.attributes['namespace'] ?? binding.namespace ?? '';
    return { uri, local: way === 'input' ? name : `${name}Response` };
  };
  const input = elementOf('input');
  if (!input) throw new Error(`its operation ${name} takes nothing`);
  const output = elementOf('output');
  const encodedOf = (way: 'input' | 'output', wrapper: QName | undefined) => {
    const message = childrenOf(operation, way)[0]?.attributes['message'];
    const body = binding[way];
    if (binding.style !== 'rpc' || body?.attributes['use'] !== 'encoded' || !wrapper || message === undefined)
      return {};
    const beside = binding.attached?.[way] ?? [];
    const parts = rpcParts(definitions, message, body, binding.headers?.[way] ?? []);
    return { [way]: { wrapper, parts: parts.filter(({ local }) => !beside.includes(local)) } };
  };
  const encoded = { ...encodedOf('input', input), ...encodedOf('output', output) };
  const [taken, given] = (['input', 'output'] as const).map((way) =>
    (binding.headers?.[way] ?? []).map((header) => headerPart(definitions, header)),
  );
  return {
    name,
    input,
    output,
    action: binding.action,
    actions: actionsIn(operation, binding),
    ...(isEmpty('input') || isEmpty('output') ? { empty: { input: isEmpty('input'), output: isEmpty('output') } } : {}),
    ...(binding.style === 'rpc' ? { rpc: true as const } : {}),
    ...(Object.keys(encoded).length === 0 ? {} : { encoded }),
    ...(taken!.length + given!.length === 0 ? {} : { headers: { input: taken!, output: given! } }),
  };
}

function hasNoBody(definitions: Definitions, operation: WsdlNode, way: string, headers: readonly WsdlNode[]): boolean {
  const messageName = childrenOf(operation, way)[0]?.attributes['message'];
  const message = messageName === undefined ? undefined : definitions.find('message', messageName);
  if (!message) return false;
  const inHeaders = headers.filter(({ attributes }) => attributes['message'] === messageName);
  return childrenOf(message, 'part').every(({ attributes }) =>
    inHeaders.some((header) => header.attributes['part'] === attributes['name']),
  );
}

/** A part with an element is that element; one with a type is an element of the part's name. */
function headerPart(definitions: Definitions, { attributes }: WsdlNode): HeaderPart {
  const { message: messageName = '', part: name, namespace: uri = '' } = attributes;
  const message = definitions.find('message', messageName);
  const part = message && childrenOf(message, 'part').find((each) => each.attributes['name'] === name);
  if (!part) throw new Error(`its binding has a header of the message ${messageName}, which has no part ${name}`);
  const { element, type = '' } = part.attributes;
  if (element === undefined) return { uri, local: name!, type: definitions.types.type(type) };
  return { ...qname(element), type: definitions.types.element(element) };
}

function actionsIn(operation: WsdlNode, { action, namespace = '', portType }: Binding): Actions {
  const [input, output] = ['input', 'output'].map((way) => {
    const attributes = childrenOf(operation, way)[0]?.attributes;
    return attributes && { name: attributes['name'], action: attributes['wsa:Action'] };
  });
  const names = { namespace, portType, operation: operation.attributes['name'] ?? '', soapAction: action };
  return actionsOf({ ...names, input: input!, output });
}

/** The parts that soap:body names, else all but headers, in the order of the message. */
function rpcParts(
  definitions: Definitions,
  messageName: string,
  body: WsdlNode,
  headers: readonly WsdlNode[],
): readonly Member[] {
  const message = definitions.find('message', messageName);
  if (!message) throw new Error(`it has no message ${messageName}`);
  const named = body.attributes['parts']?.trim().split(/\s+/);
  const header = headers.filter(({ attributes }) => attributes['message'] === messageName);
  const isHeader = (name: string) => header.some(({ attributes }) => attributes['part'] === name);
  return childrenOf(message, 'part')
    .filter(({ attributes: { name = '' } }) => named?.includes(name) ?? !isHeader(name))
    .map(({ attributes: { name = '', type, element } }) => ({
      uri: '',
      local: name,
      type: element === undefined ? definitions.types.type(type ?? '') : definitions.types.element(element),
      nillable: true,
      optional: false,
    }));
}

/** The element of the part that is the body: the one that soap:body names, else the first that has one and is no header. */
function partElement(
  definitions: Definitions,
  messageName: string,
  body: WsdlNode | undefined,
  headers: readonly WsdlNode[] = [],
): QName {
  const message = definitions.find('message', messageName);
  if (!message) throw new Error(`it has no message ${messageName}`);
  const named = body?.attributes['parts']?.trim().split(/\s+/)[0];
  const parts = childrenOf(message, 'part').filter(({ attributes }) => attributes['element'] !== undefined);
  const inHeaders = headers.filter(({ attributes }) => attributes['message'] === messageName);
  const isHeader = ({ attributes }: WsdlNode) =>
    inHeaders.some((each) => each.attributes['part'] === attributes['name']);
  const part =
    parts.find(({ attributes }) => attributes['name'] === named) ?? parts.find((each) => !isHeader(each)) ?? parts[0];
  if (!part) throw new Error(`its message ${messageName} has no part with an element`);
  return qname(part.attributes['element']!);
}

const wanted = ({ service, port }: Choice) =>
  [service, port].filter((name) => name !== undefined).join('/') || 'at all';

const known = (ports: readonly { readonly service: WsdlNode; readonly port: WsdlNode }[]) =>
  ports.map(({ service, port }) => `${service.attributes['name']}/${port.attributes['name']}`).join(', ');

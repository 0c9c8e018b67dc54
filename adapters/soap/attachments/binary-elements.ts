/** Elements that a WSDL's schemas declare to hold base64: those that MTOM may carry as bytes. */
import { type WsdlFile, type WsdlNode, XML_SCHEMA } from '../wsdl-files.ts';

const BASE64 = `{${XML_SCHEMA}}base64Binary`;

/** Local names that are declared with no other type anywhere. */
export function binaryElements(files: readonly WsdlFile[]): ReadonlySet<string> {
  const nodes = files.flatMap(({ root }) => [...schemaNodes(root, '')]);
  const binary = new Set([BASE64]);
  for (let before = 0; before < binary.size; ) {
    before = binary.size;
    for (const { node, namespace } of nodes) {
      const { name } = node.attributes;
      if (name !== undefined && isType(node) && isBinary(node, binary)) binary.add(`{${namespace}}${name}`);
    }
  }
  const found = new Set<string>();
  const others = new Set<string>();
  for (const { node } of nodes) {
    const { name } = node.attributes;
    if (node.local !== 'element' || name === undefined) continue;
    (isBinary(node, binary) ? found : others).add(name);
  }
  return found.difference(others);
}

const isType = ({ local }: WsdlNode) => local === 'simpleType' || local === 'complexType';

/** An element of such a type, or a type that restricts or extends one. */
function isBinary({ local, attributes, children }: WsdlNode, binary: ReadonlySet<string>): boolean {
  if (local === 'element' && attributes['type'] !== undefined) return binary.has(attributes['type']);
  if ((local === 'restriction' || local === 'extension') && attributes['base'] !== undefined) {
    return binary.has(attributes['base']);
  }
  return children.some(
    (child) =>
      /^(simpleType|complexType|simpleContent|restriction|extension)$/.test(child.local) && isBinary(child, binary),
  );
}

interface SchemaNode {
  readonly node: WsdlNode;
  readonly namespace: string;
}

function* schemaNodes(node: WsdlNode, around: string): Generator<SchemaNode> {
  const isSchema = node.uri === XML_SCHEMA && node.local === 'schema';
  const namespace = isSchema ? (node.attributes['targetNamespace'] ?? '') : around;
  if (node.uri === XML_SCHEMA) yield { node, namespace };
  for (const child of node.children) yield* schemaNodes(child, namespace);
}

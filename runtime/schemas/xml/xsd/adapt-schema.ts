/**
 * Schemas that every tool of their vendors takes, as the validator can take them: a DataSet of .NET refers to xs:schema, which no schema
 * declares, and notations are qualified names to whoever reads them.
 */
import { XSD } from '../namespaces.ts';
import { attribute, isXsd, type XmlNode } from './tree.ts';
import { qualifiedName } from './wsdl-definitions.ts';

/** The schema itself where it has nothing of these. */
export function adaptSchema(node: XmlNode): XmlNode {
  if (node.uri !== XSD) return node;
  if (isXsd(node, 'restriction') && qualifiedName(node, 'base') === `{${XSD}}NOTATION`)
    return withAttributes(withChildren(node), [['base', attribute(node, 'base')!.replace(/NOTATION$/, 'QName')]]);
  return node.children.some(isSchemaReference) ? dataSet(node) : withChildren(node);
}

function withChildren(node: XmlNode): XmlNode {
  const children = node.children.map(adaptSchema);
  return children.every((child, index) => child === node.children[index]) ? node : { ...node, children };
}

const isSchemaReference = (node: XmlNode) => isXsd(node, 'element') && qualifiedName(node, 'ref') === `{${XSD}}schema`;

/** A schema, and then what it describes, which cannot be known before. */
function dataSet(node: XmlNode): XmlNode {
  const children = node.children.map((child) => {
    if (isXsd(child, 'any')) return withAttributes(child, [['processContents', 'lax']]);
    if (!isSchemaReference(child)) return adaptSchema(child);
    const { ref: _, ...kept } = Object.fromEntries(child.attributes);
    const attributes = { ...kept, namespace: XSD, processContents: 'skip' };
    const name = child.name.replace(/element$/, 'any');
    return { ...child, local: 'any', name, attributes: new Map(Object.entries(attributes)) };
  });
  return { ...node, children };
}

const withAttributes = (node: XmlNode, changed: readonly (readonly [string, string])[]): XmlNode => ({
  ...node,
  attributes: new Map([...node.attributes, ...changed]),
});

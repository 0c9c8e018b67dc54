/** What a complex type of a flat-file XSD consists of: elements and attributes in their order, and what repeats or is chosen together. */
import { isXsd, type XmlNode } from '../xml/xsd/tree.ts';
import { infoOf, occursOf, typeNodeOf } from './annotated.ts';
import type { Repeat } from './layout.ts';

export type Particle =
  | { readonly kind: 'node'; readonly node: XmlNode; readonly number: number }
  /** `choice`: one of its items each time; else all of them. It repeats, or is a choice. */
  | {
      readonly kind: 'together';
      readonly choice: boolean;
      readonly repeat: Repeat;
      readonly items: readonly Particle[];
      readonly number: number;
    };

/** The particles of an element's type, by their sequence numbers; attributes stand among them. */
export function particlesOf(element: XmlNode, schema: XmlNode): readonly Particle[] {
  const type = typeNodeOf(element, schema);
  return type && isXsd(type, 'complexType') ? inOrder(contentOf(type, schema, 0)) : [];
}

/** The elements and attributes, whatever they stand in. */
export function nodesOf(particles: readonly Particle[]): XmlNode[] {
  return particles.flatMap((particle) => (particle.kind === 'node' ? [particle.node] : nodesOf(particle.items)));
}

const DEEPEST = 32;

function contentOf(node: XmlNode, schema: XmlNode, depth: number): Particle[] {
  if (depth > DEEPEST) return [];
  return node.children.flatMap((child): Particle[] => {
    const within = () => contentOf(child, schema, depth + 1);
    if (isXsd(child, 'element') || isXsd(child, 'attribute')) return [particle(resolved(child, schema))];
    if (isXsd(child, 'complexContent') || isXsd(child, 'simpleContent')) return within();
    if (isXsd(child, 'extension')) return [...inherited(child, schema, depth), ...within()];
    if (isXsd(child, 'group') || isXsd(child, 'attributeGroup')) return referred(child, schema, depth);
    if (['sequence', 'choice', 'all'].some((local) => isXsd(child, local))) return model(child, within());
    return [];
  });
}

/** A plain sequence is what is in it. */
function model(node: XmlNode, items: readonly Particle[]): Particle[] {
  const choice = isXsd(node, 'choice');
  const repeat = occursOf(node);
  if (!choice && repeat.max === 1) return [...items];
  const number = Number(infoOf(node, 'groupInfo').get('sequence_number') ?? items[0]?.number ?? 0);
  const known = number === 0 ? (items[0]?.number ?? 0) : number;
  return [{ kind: 'together', choice, repeat, items: inOrder(items), number: known }];
}

function inherited(extension: XmlNode, schema: XmlNode, depth: number): Particle[] {
  const name = extension.attributes.get('base')?.replace(/^.*:/, '');
  const base = schema.children.find((node) => isXsd(node, 'complexType') && node.attributes.get('name') === name);
  return base ? contentOf(base, schema, depth + 1) : [];
}

function referred(node: XmlNode, schema: XmlNode, depth: number): Particle[] {
  const ref = node.attributes.get('ref')?.replace(/^.*:/, '');
  const target = schema.children.find((other) => isXsd(other, node.local) && other.attributes.get('name') === ref);
  return target ? contentOf(target, schema, depth + 1) : [];
}

function resolved(node: XmlNode, schema: XmlNode): XmlNode {
  const ref = node.attributes.get('ref')?.replace(/^.*:/, '');
  const target =
    ref && schema.children.find((other) => isXsd(other, node.local) && other.attributes.get('name') === ref);
  if (!target) return node;
  const own = [...node.attributes].filter(([name]) => name !== 'ref');
  return { ...target, attributes: new Map([...target.attributes, ...own]) };
}

function particle(node: XmlNode): Particle {
  const number = infoOf(node, 'recordInfo').get('sequence_number') ?? infoOf(node, 'fieldInfo').get('sequence_number');
  return { kind: 'node', node, number: Number(number ?? 0) };
}

const inOrder = (particles: readonly Particle[]) => particles.toSorted((a, b) => a.number - b.number);

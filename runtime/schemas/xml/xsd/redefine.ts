/**
 * xs:redefine as if it had been written without: the old component gets another name, the new one takes its place, and what the new
 * one says of itself is said of the old. Source: XML Schema 1.0 Structures, section 4.2.2.
 */
import { XSD } from '../namespaces.ts';
import { attribute, isXsd, type XmlNode } from './tree.ts';

export interface Component {
  readonly kind: string;
  readonly name: string;
}

/** A component that is redefined. */
export interface Redefined extends Component {
  /** The name of the old one from then on; no schema has it, for nobody writes it. */
  readonly before: string;
}

const KINDS: ReadonlySet<string> = new Set(['simpleType', 'complexType', 'group', 'attributeGroup']);

export function redefinedIn(redefine: XmlNode): readonly Component[] {
  return redefine.children
    .filter((child) => child.uri === XSD && KINDS.has(child.local))
    .flatMap((child) => {
      const name = attribute(child, 'name');
      return name === undefined ? [] : [{ kind: child.local, name }];
    });
}

const declares = (node: XmlNode, { kind, name }: Component) => isXsd(node, kind) && attribute(node, 'name') === name;

export const hasComponent = (schema: XmlNode, redefined: Component): boolean =>
  schema.children.some((child) => declares(child, redefined));

/** The schema with the component under its old name. */
export function withOldName(schema: XmlNode, redefined: Redefined): XmlNode {
  const children = schema.children.map((child) =>
    declares(child, redefined) ? withAttribute(child, 'name', redefined.before) : child,
  );
  return { ...schema, children };
}

/** The schema with what its redefinitions define, in their place. */
export function withRedefinitions(schema: XmlNode, redefined: readonly Redefined[]): XmlNode {
  const children = schema.children.flatMap((child) =>
    isXsd(child, 'redefine') ? definitionsOf(child, redefined) : [child],
  );
  return { ...schema, children };
}

function definitionsOf(redefine: XmlNode, redefined: readonly Redefined[]): XmlNode[] {
  return redefine.children
    .filter((child) => child.uri === XSD && KINDS.has(child.local))
    .map((child) => {
      const own = redefined.find((one) => declares(child, one));
      const definition = own ? aboutOld(child, own) : child;
      return { ...definition, declared: { ...redefine.declared, ...definition.declared } };
    });
}

/** Types name themselves as their base, groups by reference. */
function aboutOld(node: XmlNode, redefined: Redefined): XmlNode {
  const { kind, name, before } = redefined;
  const key = kind === 'simpleType' || kind === 'complexType' ? 'base' : 'ref';
  const ofKind = key === 'base' ? isXsd(node, 'restriction') || isXsd(node, 'extension') : isXsd(node, kind);
  const written = attribute(node, key);
  const own = ofKind && written !== undefined && written.replace(/^.*:/, '') === name;
  const changed = own ? withAttribute(node, key, written.slice(0, -name.length) + before) : node;
  return { ...changed, children: node.children.map((child) => aboutOld(child, redefined)) };
}

const withAttribute = (node: XmlNode, name: string, value: string): XmlNode => ({
  ...node,
  attributes: new Map([...node.attributes, [name, value]]),
});

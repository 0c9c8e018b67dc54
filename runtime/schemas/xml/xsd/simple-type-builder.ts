/** Builds simple types from xs:simpleType: restrictions with their facets, lists, unions. */
import type { LogicalType } from '../../../contracts/schema.ts';
import { XSD } from '../namespaces.ts';
import { type Lexical, restricted } from './lexical.ts';
import type { SchemaDocument } from './load-schemas.ts';
import { builtInTypes, listOf, normalise, type SimpleType, unionOf, type WhiteSpace } from './simple-types.ts';
import { type Declaration, expand, nameIn, type Symbols } from './symbols.ts';
import { attribute, isXsd, type XmlNode } from './tree.ts';

export type Report = (node: XmlNode, reason: string) => void;

const PREFIX = `{${XSD}}`;
const TEXT = builtInTypes.get('string')!;

export class SimpleTypeBuilder {
  readonly #symbols: Symbols;
  readonly #report: Report;
  readonly #named = new Map<string, SimpleType>();
  readonly #open = new Set<string>();

  constructor(symbols: Symbols, report: Report) {
    this.#symbols = symbols;
    this.#report = report;
  }

  /** Undefined where the name is not that of a simple type. */
  named(name: string): SimpleType | undefined {
    if (name.startsWith(PREFIX)) return builtInTypes.get(name.slice(PREFIX.length));
    const known = this.#named.get(name);
    if (known) return known;
    const declaration = this.#symbols.types.get(name);
    if (declaration?.node.local !== 'simpleType' || this.#open.has(name)) return undefined;
    this.#open.add(name);
    const built = this.inline(declaration);
    this.#open.delete(name);
    this.#named.set(name, built);
    return built;
  }

  /** Of an xs:simpleType element. */
  inline({ node, document }: Declaration): SimpleType {
    for (const child of node.children) {
      if (isXsd(child, 'restriction')) return this.#restriction(child, document);
      if (isXsd(child, 'list')) return listOf(this.#referred(child, document, 'itemType'));
      if (isXsd(child, 'union')) return this.#union(child, document);
    }
    return TEXT;
  }

  /** The type that `attributeName` names, or that stands inside. */
  #referred(node: XmlNode, document: SchemaDocument, attributeName: string): SimpleType {
    const name = nameIn(document, node, attributeName);
    const inline = node.children.find((child) => isXsd(child, 'simpleType'));
    if (name === undefined) return inline ? this.inline({ node: inline, document }) : TEXT;
    return this.named(name) ?? this.#unknown(node, name);
  }

  #unknown(node: XmlNode, name: string): SimpleType {
    this.#report(node, `there is no simple type ${name}`);
    return TEXT;
  }

  #restriction(node: XmlNode, document: SchemaDocument): SimpleType {
    return withFacets(this.#referred(node, document, 'base'), node);
  }

  #union(node: XmlNode, document: SchemaDocument): SimpleType {
    const names = (attribute(node, 'memberTypes') ?? '').split(/\s+/).filter((name) => name !== '');
    const named = names.map((written) => {
      const name = expand(document, node, written) ?? written;
      return this.named(name) ?? this.#unknown(node, name);
    });
    const inline = node.children.filter((child) => isXsd(child, 'simpleType'));
    return unionOf([...named, ...inline.map((child) => this.inline({ node: child, document }))]);
  }
}

/** The facets that a document shows; of the others, those that make text certainly valid. */
export function withFacets(base: SimpleType, restriction: XmlNode): SimpleType {
  const space = facet(restriction, 'whiteSpace') as WhiteSpace | undefined;
  const spaced = (space === undefined || space === base.space ? base : base.withSpace(space)).withLexical(
    lexicalOf(base, space ?? base.space, restriction),
  );
  if (base.logical.kind !== 'string') return spaced;
  const values = facets(restriction, 'enumeration');
  const maxLength = facet(restriction, 'maxLength') ?? facet(restriction, 'length');
  const logical: LogicalType = {
    ...base.logical,
    ...(values.length > 0 ? { values } : {}),
    ...(maxLength === undefined ? {} : { maxLength: Number(maxLength) }),
  };
  return spaced.withLogical(logical);
}

/** What stands in a restriction and is no facet. */
const BESIDE: ReadonlySet<string> = new Set([
  'annotation',
  'simpleType',
  'attribute',
  'attributeGroup',
  'anyAttribute',
]);

function lexicalOf({ lexical }: SimpleType, space: WhiteSpace, { children }: XmlNode): Lexical | undefined {
  const written = children.filter(({ local }) => !BESIDE.has(local));
  const values = Map.groupBy(written, ({ local }) => local);
  const read = [...values].map(
    ([name, nodes]) => [name, nodes.map((node) => node.attributes.get('value') ?? '')] as const,
  );
  return lexical && restricted(lexical, new Map(read), (text) => normalise(text, space));
}

const facets = (node: XmlNode, name: string) =>
  node.children.filter((child) => isXsd(child, name)).flatMap((child) => child.attributes.get('value') ?? []);

const facet = (node: XmlNode, name: string) => facets(node, name).at(-1)?.trim();

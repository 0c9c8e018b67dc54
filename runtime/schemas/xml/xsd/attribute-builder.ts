/** Builds the attributes of a type: its own, those of attribute groups, and those that it inherits. */
import { expandedName, XSD } from '../namespaces.ts';
import type { SchemaDocument } from './load-schemas.ts';
import type { AttributeModel, ComplexModel, SimpleModel } from './model.ts';
import type { ModelBuilder } from './model-builder.ts';
import { builtInTypes } from './simple-types.ts';
import { type Declaration, nameIn } from './symbols.ts';
import { attribute, isXsd, type XmlNode } from './tree.ts';

const TEXT = builtInTypes.get('string')!;

export class AttributeBuilder {
  readonly #builder: ModelBuilder;

  constructor(builder: ModelBuilder) {
    this.#builder = builder;
  }

  /** Adds what stands inside `node` to what the model has inherited. A restriction may take attributes away. */
  addTo(model: ComplexModel, node: XmlNode, document: SchemaDocument): void {
    const found = new Map(model.attributes.map((known) => [expandedName(known.uri, known.local), known]));
    if (node.local === 'restriction') model.anyAttribute = false;
    this.#collect(model, { node, document }, found, new Set());
    model.attributes = [...found.values()];
  }

  #collect(
    model: ComplexModel,
    { node, document }: Declaration,
    found: Map<string, AttributeModel>,
    seen: Set<Declaration>,
  ): void {
    for (const child of node.children) {
      if (isXsd(child, 'anyAttribute')) model.anyAttribute = true;
      else if (isXsd(child, 'attribute')) this.#attribute(child, document, found);
      else if (isXsd(child, 'attributeGroup')) {
        const name = nameIn(document, child, 'ref');
        const group = name === undefined ? undefined : this.#builder.symbols.attributeGroups.get(name);
        if (!group) this.#builder.invalid(child, `there is no attribute group ${name}`);
        else if (!seen.has(group)) this.#collect(model, group, found, seen.add(group));
      }
    }
  }

  #attribute(node: XmlNode, document: SchemaDocument, found: Map<string, AttributeModel>): void {
    const reference = nameIn(document, node, 'ref');
    const built = reference === undefined ? this.#local(node, document) : this.#referred(node, reference);
    if (!built) return;
    const name = expandedName(built.uri, built.local);
    if (attribute(node, 'use') === 'prohibited') found.delete(name);
    else found.set(name, built);
  }

  #local(node: XmlNode, document: SchemaDocument): AttributeModel {
    const form = attribute(node, 'form') ?? (document.qualifiedAttributes ? 'qualified' : 'unqualified');
    return this.#built(node, node, document, form === 'qualified' ? document.namespace : '');
  }

  #referred(node: XmlNode, reference: string): AttributeModel | undefined {
    const global = this.#builder.symbols.attributes.get(reference);
    if (global) return this.#built(node, global.node, global.document, global.document.namespace);
    this.#builder.invalid(node, `there is no attribute ${reference}`);
    return undefined;
  }

  #built(use: XmlNode, declared: XmlNode, document: SchemaDocument, uri: string): AttributeModel {
    const local = attribute(declared, 'name') ?? '';
    return {
      local,
      uri,
      key: local,
      type: this.#typeOf(declared, document),
      required: attribute(use, 'use') === 'required',
      fixed: use.attributes.get('fixed') ?? declared.attributes.get('fixed'),
    };
  }

  #typeOf(node: XmlNode, document: SchemaDocument): SimpleModel {
    const name = nameIn(document, node, 'type');
    const inline = node.children.find((child) => isXsd(child, 'simpleType'));
    if (name === undefined) return inline ? this.#builder.simple.inline({ node: inline, document }) : TEXT;
    const type = this.#builder.simple.named(name);
    if (!type) this.#builder.invalid(node, `there is no simple type ${name.replace(`{${XSD}}`, 'xs:')}`);
    return type ?? TEXT;
  }

  /** Elements have the first right to a key; a colliding attribute gets the suffix `Attribute`. */
  withKeys(attributes: readonly AttributeModel[], taken: ReadonlySet<string>): AttributeModel[] {
    const used = new Set(taken);
    return attributes.map((known) => {
      let key = used.has(known.local) ? `${known.local}Attribute` : known.local;
      while (used.has(key)) key += '_';
      used.add(key);
      return { ...known, key };
    });
  }
}

/** Builds elements and types from the symbols, as far as they are asked for; recursive types refer to themselves. */
import type { Finding } from '../../../contracts/finding.ts';
import { finding } from '../../../errors/finding.ts';
import { expandedName, XSD } from '../namespaces.ts';
import { AttributeBuilder } from './attribute-builder.ts';
import { Declared } from './declared.ts';
import type { SchemaDocument } from './load-schemas.ts';
import type { ComplexModel, ElementModel, Particle, SimpleModel, TypeModel } from './model.ts';
import { ParticleBuilder } from './particle-builder.ts';
import type { Prefixes } from './prefixes.ts';
import { childKeys, elementsIn, emptyShape, groupsWithoutOrder, shapeOf } from './shape.ts';
import { SimpleTypeBuilder, withFacets } from './simple-type-builder.ts';
import type { SimpleType } from './simple-types.ts';
import { type Declaration, nameIn, type Symbols } from './symbols.ts';
import { attribute, isXsd, placeOf, type XmlNode } from './tree.ts';

const ANY_TYPE = `{${XSD}}anyType`;

export const anyType: ComplexModel = {
  ...shell(ANY_TYPE, 'anyType'),
  content: 'xml',
  anything: true,
  shape: { ...emptyShape, keys: new Set(['text', 'xsi:type', 'xsi:nil']) },
};

function shell(name: string | undefined, local: string | undefined): ComplexModel {
  return {
    kind: 'complex',
    name,
    local,
    abstract: false,
    attributes: [],
    anyAttribute: false,
    content: 'elements',
    text: undefined,
    particle: undefined,
    shape: emptyShape,
    derived: new Map(),
    anything: false,
  };
}

export class ModelBuilder {
  readonly symbols: Symbols;
  readonly prefixes: Prefixes;
  readonly findings: Finding[] = [];
  readonly simple: SimpleTypeBuilder;
  readonly #attributes: AttributeBuilder;
  readonly #particles: ParticleBuilder;
  readonly #elements = new Map<string, ElementModel>();
  readonly #types = new Map<string, ComplexModel>();
  /** What is declared inside something else, by where it stands; a document without a namespace of its own may stand in several. */
  readonly #inlineElements = new Declared<ElementModel>();
  readonly #inlineTypes = new Declared<ComplexModel>();
  readonly #pending: (() => void)[] = [];
  readonly #unfilled = new Map<ComplexModel, Declaration>();
  readonly #withDerived = new Set<ComplexModel>();

  constructor(symbols: Symbols, prefixes: Prefixes) {
    this.symbols = symbols;
    this.prefixes = prefixes;
    this.simple = new SimpleTypeBuilder(symbols, (node, reason) => this.invalid(node, reason));
    this.#attributes = new AttributeBuilder(this);
    this.#particles = new ParticleBuilder(this);
  }

  /** A global element with everything that it leads to. */
  root(name: string): ElementModel {
    const element = this.element(name);
    for (let task = this.#pending.shift(); task; task = this.#pending.shift()) task();
    return element;
  }

  /** A global element; its type may still be empty while the model is being built. */
  element(name: string): ElementModel {
    const known = this.#elements.get(name);
    if (known) return known;
    const { node, document } = this.symbols.elements.get(name)!;
    const built = this.elementFrom(node, document, document.namespace);
    this.#elements.set(name, built);
    return built;
  }

  /** The same for the same declaration: a group may lead to itself through what stands inside it. */
  elementFrom(node: XmlNode, document: SchemaDocument, uri: string): ElementModel {
    return this.#inlineElements.at({ node, document }, () => this.#elementFrom(node, document, uri));
  }

  #elementFrom(node: XmlNode, document: SchemaDocument, uri: string): ElementModel {
    const local = attribute(node, 'name') ?? '';
    const type = this.#typeOf(node, document);
    if (type.kind === 'complex') this.#wantDerived(type);
    return {
      local,
      uri,
      tag: this.prefixes.tag(uri, local),
      type,
      nillable: isTrue(node, 'nillable'),
      abstract: isTrue(node, 'abstract'),
      fallback: node.attributes.get('default') ?? node.attributes.get('fixed'),
    };
  }

  #typeOf(node: XmlNode, document: SchemaDocument): TypeModel {
    const name = nameIn(document, node, 'type');
    if (name !== undefined) return this.type(name, node);
    for (const child of node.children) {
      if (isXsd(child, 'simpleType')) return this.simple.inline({ node: child, document });
      if (isXsd(child, 'complexType')) return this.#inlineType({ node: child, document });
    }
    const head = nameIn(document, node, 'substitutionGroup');
    return head !== undefined && this.symbols.elements.has(head) ? this.element(head).type : anyType;
  }

  type(name: string, from: XmlNode): TypeModel {
    if (name === ANY_TYPE) return anyType;
    const simple = this.simple.named(name);
    if (simple) return simple;
    const known = this.#types.get(name);
    if (known) return known;
    const declaration = this.symbols.types.get(name);
    if (declaration?.node.local === 'complexType') return this.#complex(declaration, name);
    this.invalid(from, `there is no type ${name}`);
    return anyType;
  }

  #inlineType(declaration: Declaration): ComplexModel {
    return this.#inlineTypes.at(declaration, () => this.#complex(declaration, undefined));
  }

  #complex(declaration: Declaration, name: string | undefined): ComplexModel {
    const model = shell(name, attribute(declaration.node, 'name'));
    if (name !== undefined) this.#types.set(name, model);
    this.#unfilled.set(model, declaration);
    this.#pending.push(() => this.#fill(model));
    return model;
  }

  #wantDerived(type: ComplexModel): void {
    if (type.name === undefined || this.#withDerived.has(type)) return;
    this.#withDerived.add(type);
    this.#pending.push(() => {
      const derived = new Map<string, ComplexModel>();
      this.#gatherDerived(type.name!, derived);
      type.derived = derived;
    });
  }

  #gatherDerived(name: string, into: Map<string, ComplexModel>): void {
    for (const derivedName of this.symbols.derived.get(name) ?? []) {
      const type = this.type(derivedName, this.symbols.types.get(derivedName)!.node);
      if (type.kind !== 'complex' || into.has(derivedName)) continue;
      into.set(derivedName, type);
      this.#gatherDerived(derivedName, into);
    }
  }

  #fill(model: ComplexModel): void {
    const declaration = this.#unfilled.get(model);
    if (!declaration) return;
    this.#unfilled.delete(model);
    const { node, document } = declaration;
    model.abstract = isTrue(node, 'abstract');
    if (isTrue(node, 'mixed')) model.content = 'xml';
    const content = node.children.find((child) => isXsd(child, 'simpleContent') || isXsd(child, 'complexContent'));
    if (!content) this.#fillOwn(model, node, document);
    else if (content.local === 'simpleContent') this.#fillSimple(model, content, document);
    else this.#fillDerived(model, content, document);
    this.#finish(model, node);
  }

  #fillOwn(model: ComplexModel, node: XmlNode, document: SchemaDocument): void {
    model.particle = this.#particles.contentOf(node, document);
    this.#attributes.addTo(model, node, document);
  }

  #fillSimple(model: ComplexModel, content: XmlNode, document: SchemaDocument): void {
    const derivation = derivationIn(content);
    if (!derivation) return;
    const base = this.type(nameIn(document, derivation, 'base') ?? '', derivation);
    if (base.kind === 'complex') this.#inherit(model, base);
    model.content = 'text';
    model.text = this.#simpleBase(base, derivation, document);
    this.#attributes.addTo(model, derivation, document);
  }

  #simpleBase(base: TypeModel, derivation: XmlNode, document: SchemaDocument): SimpleModel {
    const inline = derivation.children.find((child) => isXsd(child, 'simpleType'));
    const own = inline && this.simple.inline({ node: inline, document });
    const text = own ?? (base.kind === 'simple' ? base : base.text) ?? this.simple.named(`{${XSD}}string`)!;
    return derivation.local === 'restriction' ? withFacets(text as SimpleType, derivation) : text;
  }

  #fillDerived(model: ComplexModel, content: XmlNode, document: SchemaDocument): void {
    if (isTrue(content, 'mixed')) model.content = 'xml';
    const derivation = derivationIn(content);
    if (!derivation) return;
    const base = this.type(nameIn(document, derivation, 'base') ?? '', derivation);
    const own = this.#particles.contentOf(derivation, document);
    if (base.kind === 'simple' || base === anyType) model.particle = own;
    else {
      this.#inherit(model, base);
      if (base.content === 'xml') model.content = 'xml';
      model.particle = derivation.local === 'restriction' ? own : inSequence(base.particle, own);
    }
    this.#attributes.addTo(model, derivation, document);
  }

  #inherit(model: ComplexModel, base: ComplexModel): void {
    this.#fill(base);
    model.attributes = base.attributes;
    model.anyAttribute = base.anyAttribute;
  }

  #finish(model: ComplexModel, node: XmlNode): void {
    const { particle } = model;
    const elementKeys = new Set(
      particle && model.content === 'elements' ? childKeys(elementsIn(particle)).values() : [],
    );
    if (model.content !== 'elements') elementKeys.add('text');
    model.attributes = this.#attributes.withKeys(model.attributes, elementKeys);
    model.shape = shapeOf({
      particle: model.content === 'elements' ? particle : undefined,
      attributeKeys: model.attributes.map((known) => known.key),
      extraKeys: ['xsi:type', 'xsi:nil', ...(model.content === 'elements' ? [] : ['text'])],
    });
    if ([...model.shape.keys].includes('__proto__')) this.unsupported(node, 'The name __proto__');
    if (particle && model.content === 'elements') this.#warnOfOrder(particle, node);
  }

  #warnOfOrder(particle: Particle, node: XmlNode): void {
    for (const group of groupsWithoutOrder(particle)) {
      const names = elementsIn(group).map((element) => element.local);
      const values = { names: `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and others' : ''}` };
      this.findings.push(finding('SCHEMA_ORDER_LOST', placeOf(node), values, { severity: 'warning' }));
    }
  }

  invalid(node: XmlNode, reason: string): void {
    this.findings.push(finding('SCHEMA_INVALID', placeOf(node), { file: node.file, reason }));
  }

  unsupported(node: XmlNode, what: string): void {
    this.findings.push(finding('SCHEMA_UNSUPPORTED', placeOf(node), { what }));
  }

  name(document: SchemaDocument, local: string): string {
    return expandedName(document.namespace, local);
  }
}

const isTrue = (node: XmlNode, name: string) => ['true', '1'].includes(attribute(node, name) ?? '');

const derivationIn = (content: XmlNode) =>
  content.children.find((child) => isXsd(child, 'extension') || isXsd(child, 'restriction'));

function inSequence(first: Particle | undefined, second: Particle | undefined): Particle | undefined {
  if (!first || !second) return first ?? second;
  return { kind: 'sequence', items: [first, second], min: 1, max: 1 };
}

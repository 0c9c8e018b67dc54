/**
 * Turns SOAP-encoded content, as Axis 1, PHP, gSOAP and .NET write it, into the XML that the types of the WSDL describe: references
 * in place of what they point to, members in their order, items of an array under one name, and no word of the encoding left.
 * Source: SOAP 1.1, section 5; SOAP 1.2 part 2, section 3.
 */
import type { QName } from '../envelope.ts';
import { escapeXml, XmlProblem } from '../xml-reader.ts';
import { ElementWriter, parseElement, qname, type XmlAttribute, type XmlElement } from '../xml-tree.ts';
import { itemsOf } from './items.ts';
import { isXsd, isXsi, XSD, XSI } from './names.ts';
import { References } from './references.ts';
import { isEncoding, type Member, type Type, type Types } from './type-book.ts';

/** What an rpc message holds: the wrapper and its parts. */
export interface RpcMessage {
  readonly wrapper: QName;
  readonly parts: readonly Member[];
}

/** The body's elements: the call or answer, and what it refers to. Throws XmlProblem. */
export function decodeRpc(body: readonly string[], { wrapper, parts }: RpcMessage, types: Types): string {
  const elements = body.map(parseElement);
  const references = new References(elements);
  const call = elements.find(isRoot) ?? elements[0]!;
  const writer = new ElementWriter({ [XSI]: 'xsi', [XSD]: 'xsd' });
  const decoder = new Decoder(references, writer, types);
  const content = decoder.members(call, parts, true);
  return writer.root(wrapper, [], content);
}

/** One element, such as the detail of a fault, with what it refers to in its place. Throws XmlProblem. */
export function decodeElement(xml: string, others: readonly string[], types: Types): string {
  const elements = [xml, ...others].map(parseElement);
  const writer = new ElementWriter({ [XSI]: 'xsi', [XSD]: 'xsd' });
  const [element] = elements;
  const { uri, local } = element!;
  const type = types.element(`{${uri}}${local}`);
  return new Decoder(new References(elements), writer, types).root(element!, { ...unknown(element!), type });
}

/** soapenc:root="0" marks what is only referred to. */
const isRoot = ({ attributes }: XmlElement) =>
  !attributes.some(({ uri, local, value }) => isEncoding(uri) && local === 'root' && /^(0|false)$/.test(value));

class Decoder {
  readonly #references: References;
  readonly #writer: ElementWriter;
  readonly #types: Types;

  constructor(references: References, writer: ElementWriter, types: Types) {
    this.#references = references;
    this.#writer = writer;
    this.#types = types;
  }

  /** The order of what came means nothing: it is written in that of the schema. Parts may bear any name where there is one of each. */
  members(node: XmlElement, members: readonly Member[], parts = false): string {
    const written = node.children.filter(({ uri, local }) => !(uri === RPC && local === 'result'));
    const taken = new Set<XmlElement>();
    const ordered = members.flatMap((member) => {
      const found = written.filter(({ local }) => local === member.local);
      const [only] = written;
      const meant =
        found.length === 0 && parts && members.length === 1 && written.length === 1 && only ? [only] : found;
      for (const child of meant) taken.add(child);
      return meant.map((child) => this.#element(child, member));
    });
    const others = written.filter((child) => !taken.has(child)).map((child) => this.#element(child, unknown(child)));
    return [...ordered, ...others].join('');
  }

  root(written: XmlElement, member: Member): string {
    const { node, done } = this.#references.follow(written);
    const type = this.#actual(typeSaid(node), member.type);
    const content = this.#inside(node, typeSaid(node), type);
    done();
    return this.#writer.root(member, node.attributes.filter(isOwn), content);
  }

  #element(written: XmlElement, member: Member): string {
    const { node, done } = this.#references.follow(written);
    const nil = isNil(node) || isNil(written);
    try {
      if (nil && member.optional && !member.nillable) return '';
      if (nil) return this.#writer.element(member, [{ uri: XSI, local: 'nil', value: 'true' }], '');
      return this.#content(node, member);
    } finally {
      done();
    }
  }

  #content(node: XmlElement, member: Member): string {
    const said = typeSaid(node);
    const type = this.#actual(said, member.type);
    const attributes = node.attributes.filter(isOwn);
    const shown = this.#shown(said, type, member.type);
    const all = shown === undefined ? attributes : [...attributes, { uri: XSI, local: 'type', value: shown }];
    return this.#writer.element(member, all, this.#inside(node, said, type));
  }

  #inside(node: XmlElement, said: string | undefined, type: Type): string {
    if (type.kind === 'array') return this.#items(node, type.item());
    if (type.kind === 'struct') return this.members(node, type.members());
    if (node.children.length === 0) return escapeXml(node.text);
    const asArray = said !== undefined && isEncoding(qname(said).uri) && qname(said).local === 'Array';
    if (asArray) return this.#items(node, undefined);
    return node.children.map((child) => this.#element(child, unknown(child))).join('');
  }

  #items(node: XmlElement, item: Member | undefined): string {
    const member = item ?? { ...ITEM, type: ANY };
    return itemsOf(node)
      .map((child) => (child ? this.#element(child, member) : this.#nilItem(member)))
      .join('');
  }

  #nilItem(member: Member): string {
    return this.#writer.element(member, [{ uri: XSI, local: 'nil', value: 'true' }], '');
  }

  /** What it says it is, where that is a type of the schemas that may stand here; else what is declared. */
  #actual(said: string | undefined, declared: Type): Type {
    if (said === undefined || said === declared.name || declared.kind === 'array') return declared;
    if (this.#types.has(said)) {
      const type = this.#types.type(said);
      if (declared.kind === 'any' || type.kind === declared.kind) return type;
    }
    return declared;
  }

  /** xsi:type is only kept where the schema alone does not say it. */
  #shown(said: string | undefined, actual: Type, declared: Type): string | undefined {
    if (said === undefined || (declared.kind !== 'any' && actual === declared)) return undefined;
    const { uri, local } = qname(said);
    if (isXsd(uri) || isEncoding(uri)) {
      const name = isEncoding(uri) && local === 'base64' ? 'base64Binary' : local;
      return declared.kind === 'any' && /^[a-z]/.test(name) ? this.#writer.name({ uri: XSD, local: name }) : undefined;
    }
    return actual.kind === 'simple' && declared.kind === 'simple' ? undefined : this.#writer.name({ uri, local });
  }
}

const RPC = 'http://www.w3.org/2003/05/soap-rpc';
const ANY: Type = { kind: 'any', name: undefined };
const ITEM = { uri: '', local: 'item', nillable: true, optional: true };

const unknown = ({ uri, local }: XmlElement): Member => ({ uri, local, type: ANY, nillable: true, optional: false });

/** Attributes of the data, not of the encoding. */
function isOwn({ uri, local }: XmlAttribute): boolean {
  if (uri === '') return !(local === 'id' || local === 'href');
  return !(isXsi(uri) || isEncoding(uri) || /soap\/envelope\/?$|soap-envelope$/.test(uri));
}

function typeSaid({ attributes, expand }: XmlElement): string | undefined {
  const found = attributes.find(({ uri, local }) => isXsi(uri) && local === 'type');
  if (!found) return undefined;
  const name = expand(found.value);
  const { uri, local } = qname(name);
  if (local === '') throw new XmlProblem(`it has an xsi:type "${found.value}", which names nothing`);
  return isXsd(uri) ? `{${XSD}}${local}` : name;
}

/** `xsi:nil`, or `xsi:null` of the drafts. */
const isNil = ({ attributes }: XmlElement) =>
  attributes.some(
    ({ uri, local, value }) => isXsi(uri) && /^(nil|null)$/.test(local) && /^\s*(1|true)\s*$/.test(value),
  );

/**
 * Writes the XML of an rpc message with SOAP encoding, as Axis 1, PHP and .NET demand it: xsi:type on every value, arrays as
 * soapenc:Array with their item type and length, no references. Source: SOAP 1.1, section 5; SOAP 1.2 part 2, section 3.
 */
import { NAMESPACE_OF, type SoapVersion } from '../envelope.ts';
import { escapeXml } from '../xml-reader.ts';
import { ElementWriter, parseElement, qname, type XmlAttribute, type XmlElement } from '../xml-tree.ts';
import type { RpcMessage } from './decode.ts';
import { isXsi, XSD, XSI } from './names.ts';
import { ENCODING_11, ENCODING_12, type Member, type Type, type Types } from './type-book.ts';

/** Throws XmlProblem when the message is no XML. */
export function encodeRpc(xml: string, { wrapper, parts }: RpcMessage, types: Types, version: SoapVersion): string {
  const envelope = NAMESPACE_OF[version];
  const encoding = version === '1.1' ? ENCODING_11 : ENCODING_12;
  const writer = new ElementWriter({ [XSI]: 'xsi', [XSD]: 'xsd', [encoding]: 'soapenc', [envelope]: 'env' });
  const encoder = new Encoder(writer, types, encoding);
  const content = encoder.members(parseElement(xml), parts);
  return writer.root(wrapper, [{ uri: envelope, local: 'encodingStyle', value: encoding }], content);
}

class Encoder {
  readonly #writer: ElementWriter;
  readonly #types: Types;
  readonly #encoding: string;

  constructor(writer: ElementWriter, types: Types, encoding: string) {
    this.#writer = writer;
    this.#types = types;
    this.#encoding = encoding;
  }

  members({ children }: XmlElement, members: readonly Member[]): string {
    return children
      .map((child) => {
        const member = members.find(({ local }) => local === child.local);
        return this.#element(child, member ?? { ...NAMELESS, uri: child.uri, local: child.local });
      })
      .join('');
  }

  #element(node: XmlElement, member: Member): string {
    const type = this.#typeOf(node, member.type);
    const own = node.attributes.filter(({ uri }) => !isXsi(uri));
    const nil = node.attributes.find(({ uri, local }) => isXsi(uri) && local === 'nil');
    if (nil && /^\s*(1|true)\s*$/.test(nil.value)) {
      return this.#writer.element(member, [...own, ...this.#shown(type, 0), { ...nil, value: 'true' }], '');
    }
    return this.#writer.element(member, [...own, ...this.#shown(type, node.children.length)], this.#inside(node, type));
  }

  #inside(node: XmlElement, type: Type): string {
    if (type.kind === 'struct') return this.members(node, type.members());
    if (type.kind !== 'array') return node.children.length > 0 ? this.members(node, []) : escapeXml(node.text);
    const item = type.item();
    return node.children.map((child) => this.#element(child, item)).join('');
  }

  /** A type that derives from the declared one is named by xsi:type in our own message, too. */
  #typeOf({ attributes, expand, children }: XmlElement, declared: Type): Type {
    const said = attributes.find(({ uri, local }) => isXsi(uri) && local === 'type');
    if (said) {
      const name = expand(said.value);
      if (this.#types.has(name) || declared.kind === 'any') return this.#types.type(name);
    }
    return declared.kind === 'any' && children.length === 0 ? STRING : declared;
  }

  #shown(type: Type, length: number): XmlAttribute[] {
    if (type.kind !== 'array') {
      return type.name === undefined ? [] : [{ uri: XSI, local: 'type', value: this.#writer.name(qname(type.name)) }];
    }
    const { name, suffix } = this.#itemName(type.item().type);
    const array = this.#writer.name({ uri: this.#encoding, local: 'Array' });
    const said = { uri: XSI, local: 'type', value: array };
    if (this.#encoding === ENCODING_11) {
      return [said, { uri: ENCODING_11, local: 'arrayType', value: `${name}${suffix}[${length}]` }];
    }
    return [
      said,
      { uri: ENCODING_12, local: 'itemType', value: suffix === '' ? name : array },
      { uri: ENCODING_12, local: 'arraySize', value: String(length) },
    ];
  }

  /** An array of arrays has the type of the innermost items and one pair of brackets for each level. */
  #itemName(type: Type): { readonly name: string; readonly suffix: string } {
    if (type.kind === 'array' && type.name === undefined) {
      const { name, suffix } = this.#itemName(type.item().type);
      return { name, suffix: `${suffix}[]` };
    }
    return { name: this.#writer.name(qname(type.name ?? `{${XSD}}anyType`)), suffix: '' };
  }
}

const STRING: Type = { kind: 'simple', name: `{${XSD}}string` };
const NAMELESS = { type: { kind: 'any', name: undefined } as Type, nillable: true, optional: true };

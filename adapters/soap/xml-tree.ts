/** Elements as a tree, for the few places that must rebuild XML rather than cut it out: SOAP encoding and header blocks. */
import type { QName } from './envelope.ts';
import { escapeXml, readXml, type Tag } from './xml-reader.ts';

export interface XmlAttribute extends QName {
  readonly value: string;
}

export interface XmlElement extends QName {
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All character data directly in it. */
  readonly text: string;
  /** Offsets in the document: of its `<`, behind its start tag, behind its end tag. */
  readonly start: number;
  readonly inside: number;
  readonly end: number;
  /** Expands a QName that stands in a value, such as that of xsi:type: `{namespace}local`. */
  readonly expand: (name: string) => string;
}

/** The root of a document. Throws XmlProblem. */
export function parseElement(xml: string): XmlElement {
  const root: Growing[] = [];
  const open: Growing[] = [];
  readXml(xml, {
    open(tag) {
      const node = growing(tag);
      (open.at(-1)?.children ?? root).push(node);
      open.push(node);
    },
    text(text) {
      const node = open.at(-1);
      if (node) node.text += text;
    },
    close(_depth, end) {
      const node = open.pop();
      if (node) node.end = end;
    },
  });
  return root[0]!;
}

type Growing = Omit<XmlElement, 'children' | 'text' | 'end'> & { children: Growing[]; text: string; end: number };

function growing({ uri, local, attributes, scope, start, end: inside }: Tag): Growing {
  const own = Object.values(attributes)
    .filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
    .map((attribute) => ({ uri: attribute.uri, local: attribute.local, value: attribute.value }));
  const expand = (name: string) => {
    const [, prefix = '', rest = ''] = /^(?:([^:]*):)?(.*)$/s.exec(name.trim())!;
    return `{${scope(prefix) ?? ''}}${rest}`;
  };
  return { uri, local, attributes: own, children: [], text: '', start, inside, end: inside, expand };
}

/** Writes elements with prefixes that are declared once, on the root. */
export class ElementWriter {
  readonly #prefixes: Map<string, string>;

  /** `prefixes`: namespace to prefix, for those that should be known by their usual names. */
  constructor(prefixes: Readonly<Record<string, string>> = {}) {
    this.#prefixes = new Map(Object.entries(prefixes));
  }

  /** `prefix:local`, or `local` where there is no namespace. Takes `{namespace}local` too. */
  name({ uri, local }: QName): string {
    if (uri === '') return local;
    if (uri === 'http://www.w3.org/XML/1998/namespace') return `xml:${local}`;
    const prefix = this.#prefixes.get(uri) ?? `n${this.#prefixes.size}`;
    this.#prefixes.set(uri, prefix);
    return `${prefix}:${local}`;
  }

  /** An element inside the root. */
  element(name: QName, attributes: readonly XmlAttribute[], content: string): string {
    return this.#written(name, attributes, content, '');
  }

  /** The root, written last: it declares what all others used. */
  root(name: QName, attributes: readonly XmlAttribute[], content: string): string {
    const tag = this.name(name);
    for (const attribute of attributes) this.name(attribute);
    const declared = [...this.#prefixes].map(([uri, prefix]) => ` xmlns:${prefix}="${escapeXml(uri)}"`).join('');
    return this.#written({ uri: '', local: tag }, attributes, content, declared);
  }

  #written(name: QName, attributes: readonly XmlAttribute[], content: string, declared: string): string {
    const tag = this.name(name);
    const own = attributes.map((each) => ` ${this.name(each)}="${escapeXml(each.value)}"`).join('');
    return content === '' ? `<${tag}${declared}${own}/>` : `<${tag}${declared}${own}>${content}</${tag}>`;
  }
}

export const qname = (expanded: string): QName => {
  const [, uri = '', local = expanded] = /^\{(.*?)\}(.*)$/s.exec(expanded) ?? [];
  return { uri, local };
};

/** The header blocks that the binding of a WSDL declares, as properties of messages: `soap.header.<name>`. */
import type { Context, Property } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Type } from './encoded/type-book.ts';
import { type HeaderBlock, nameOf, type QName, readRoot } from './envelope.ts';
import { decodeXml, escapeXml } from './xml-reader.ts';
import { ElementWriter, parseElement } from './xml-tree.ts';

/** A block that an operation takes or gives in the header. */
export interface HeaderPart extends QName {
  readonly type: Type;
}

export const propertyName = ({ local }: QName) => `soap.header.${local}`;

/** Those that are declared: text where a block holds nothing else, else its XML. */
export function headerProperties(parts: readonly HeaderPart[], blocks: readonly HeaderBlock[]): [string, Property][] {
  return parts.flatMap((part) => {
    const block = blocks.find((each) => nameOf(each) === nameOf(part));
    return block ? [[propertyName(part), { value: contentOf(block.xml), promoted: false }] as [string, Property]] : [];
  });
}

function contentOf(xml: string): string {
  const { children, text } = parseElement(xml);
  return children.length === 0 ? text.trim() : xml;
}

/** The blocks that the properties of a message give. Throws BusError ENDPOINT_REFUSED for XML of another element. */
export function blocksFrom(context: Context, parts: readonly HeaderPart[], endpoint: string): string[] {
  return parts.flatMap((part) => {
    const value = context.get(propertyName(part))?.value;
    return value === undefined ? [] : [blockOf(part, String(value), endpoint)];
  });
}

function blockOf(part: QName, value: string, endpoint: string): string {
  if (!/^\s*</.test(value)) return new ElementWriter().root(part, [], escapeXml(value));
  const reason = (why: string) => `its property ${propertyName(part)} cannot be sent as a header: ${why}`;
  try {
    const root = readRoot(decodeXml(Buffer.from(value)));
    if (nameOf(root) === nameOf(part)) return root.xml;
    throw new Error(`it is ${nameOf(root)}, not ${nameOf(part)}`);
  } catch (thrown) {
    throw busError('ENDPOINT_REFUSED', { endpoint, reason: reason((thrown as Error).message) });
  }
}

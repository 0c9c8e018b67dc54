/** The header blocks of WS-Addressing that a message brings, in either version. */
import { type HeaderBlock, type QName, readRoot } from '../envelope.ts';
import { standAlone } from '../stand-alone.ts';
import { escapeXml, readXml, type Tag } from '../xml-reader.ts';
import { parseElement } from '../xml-tree.ts';
import { ADDRESSING, type AddressingVersion, addressingVersionOf } from './names.ts';

export interface EndpointReference {
  readonly address: string;
  /** Header blocks that whoever writes there must bring along, each as XML that stands alone. */
  readonly parameters: readonly string[];
}

export interface Addressing {
  readonly version: AddressingVersion;
  readonly action?: string;
  readonly messageId?: string;
  /** What it answers. */
  readonly relatesTo?: string;
  readonly to?: string;
  readonly from?: EndpointReference;
  readonly replyTo?: EndpointReference;
  readonly faultTo?: EndpointReference;
  /** A header that stands there more than once. */
  readonly repeated?: string;
}

const TEXTS = { Action: 'action', MessageID: 'messageId', To: 'to', RelatesTo: 'relatesTo' } as const;
const REFERENCES = { From: 'from', ReplyTo: 'replyTo', FaultTo: 'faultTo' } as const;

/** Undefined where there are none. Throws XmlProblem. */
export function readAddressing(header: readonly HeaderBlock[]): Addressing | undefined {
  const version = header.map(addressingVersionOf).find((each) => each !== undefined);
  if (!version) return undefined;
  const found: Record<string, unknown> = {};
  let repeated: string | undefined;
  for (const block of header.filter(({ uri }) => uri === ADDRESSING[version])) {
    const text = nameIn(TEXTS, block);
    const reference = nameIn(REFERENCES, block);
    const name = text ?? reference;
    if (name === undefined || (name === 'relatesTo' && !isReply(block.xml))) continue;
    if (name in found && name !== 'relatesTo') repeated ??= block.local;
    found[name] ??= text ? parseElement(block.xml).text.trim() : readReference(block.xml, ADDRESSING[version]);
  }
  return { version, ...found, ...(repeated === undefined ? {} : { repeated }) };
}

const nameIn = <T extends Record<string, string>>(names: T, { local }: QName): T[keyof T] | undefined =>
  Object.hasOwn(names, local) ? names[local as keyof T] : undefined;

/** A RelatesTo may tell of other relations than that of an answer to its request. */
function isReply(xml: string): boolean {
  const type = parseElement(xml).attributes.find(({ uri, local }) => uri === '' && local === 'RelationshipType')?.value;
  return type === undefined || /(\/reply|:Reply|^Reply)$/.test(type);
}

function readReference(xml: string, namespace: string): EndpointReference {
  const address = parseElement(xml).children.find(({ uri, local }) => uri === namespace && local === 'Address');
  return { address: address?.text.trim() ?? '', parameters: parametersIn(xml, namespace) };
}

/** The children of ReferenceParameters and, before 1.0, of ReferenceProperties. */
function parametersIn(xml: string, namespace: string): readonly string[] {
  const found: string[] = [];
  const around: Tag[] = [];
  readXml(xml, {
    open: (tag) => void around.push(tag),
    close(depth, end) {
      const tag = around.pop()!;
      const parent = around.at(-1);
      if (depth !== 2 || parent?.uri !== namespace || !/^Reference(Parameters|Properties)$/.test(parent.local)) return;
      const inherited = Object.assign({}, ...around.map(({ declared }) => declared)) as Record<string, string>;
      found.push(standAlone({ text: xml, start: tag.start, end, declared: tag.declared, inherited }));
    },
  });
  return found;
}

/** A parameter as a header block of what is written to its endpoint. */
export function asHeaderBlock(parameter: string, version: AddressingVersion): string {
  if (version !== '1.0') return parameter;
  const name = /^<[^\s/>]+/.exec(readRoot(parameter).xml)![0];
  const mark = ` xmlns:wsa="${escapeXml(ADDRESSING[version])}" wsa:IsReferenceParameter="true"`;
  return parameter.includes('xmlns:wsa=') ? parameter : name + mark + parameter.slice(name.length);
}

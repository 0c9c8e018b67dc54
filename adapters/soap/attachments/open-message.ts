/**
 * A SOAP message as it came over HTTP: plain, with MTOM (xop:Include) or with attachments (SwA). Binary content that an envelope includes
 * becomes base64 in its place, or a part of the message; what it only refers to becomes a part.
 * Source: W3C XML-binary Optimized Packaging; W3C SOAP Messages with Attachments.
 */
import { type Part, partOf } from '../../../runtime/contracts/message.ts';
import { decodeXml, readXml, type Tag, XmlProblem } from '../xml-reader.ts';
import { readMediaType } from './media-type.ts';
import { type MimePart, readMultipart } from './read-multipart.ts';

/** `inline`: as base64 in the document. `parts`: as parts, with `cid:name` in the document. */
export type Inclusion = 'inline' | 'parts';

export interface OpenMessage {
  /** The envelope. */
  readonly text: string;
  /** Of the envelope. */
  readonly contentType: string;
  readonly attachments: readonly Part[];
  /** Undefined for an envelope alone. */
  readonly packaging?: Packaging;
}

/** By MTOM, or with attachments. */
export type Packaging = 'mtom' | 'swa';

/** Throws XmlProblem. */
export function openMessage(bytes: Uint8Array, contentType: string, inclusion: Inclusion = 'inline'): OpenMessage {
  const outer = readMediaType(contentType);
  if (outer.type !== 'multipart/related') return { text: plain(bytes, contentType), contentType, attachments: [] };
  const boundary = outer.parameters.get('boundary');
  if (!boundary) throw new XmlProblem('its content type names no boundary');
  const parts = readMultipart(bytes, boundary);
  const start = outer.parameters.get('start');
  const root = start === undefined ? parts[0] : parts.find((part) => idOf(part) === nameFrom(start));
  if (!root) throw new XmlProblem(start === undefined ? 'it has no part' : `it has no part ${start}`);
  const own = root.headers.get('content-type') ?? outer.parameters.get('type') ?? 'text/xml';
  const attached = attachmentsIn(parts.filter((part) => part !== root));
  const envelope = plain(root.bytes, own);
  const opened = included(envelope, attached, { inclusion, limit: bytes.byteLength * GROWTH });
  const attachments = [...attached.values()].filter(({ name }) => !opened.gone.has(name));
  const xop = readMediaType(own).type === 'application/xop+xml';
  const packaging = xop ? 'mtom' : 'swa';
  return { text: opened.text, contentType: envelopeType(own, outer.parameters), attachments, packaging };
}

/** Blanks before the first tag are no XML, and yet some services write them. */
const plain = (bytes: Uint8Array, contentType: string) => decodeXml(bytes, contentType).replace(/^\s+(?=<)/, '');

/** What the envelope would have been sent as without attachments. */
function envelopeType(own: string, outer: ReadonlyMap<string, string>): string {
  const { type, parameters } = readMediaType(own);
  const inner =
    type === 'application/xop+xml' ? (parameters.get('type') ?? outer.get('start-info') ?? 'text/xml') : own;
  const action = parameters.get('action') ?? outer.get('action');
  return action === undefined || /;\s*action=/i.test(inner) ? inner : `${inner}; action="${action}"`;
}

function attachmentsIn(parts: readonly MimePart[]): ReadonlyMap<string, Part> {
  const found = new Map<string, Part>();
  for (const [index, part] of parts.entries()) {
    const name = idOf(part) ?? `attachment-${index + 1}`;
    if (name === 'body' || found.has(name)) throw new XmlProblem(`it has two parts called ${name}`);
    found.set(name, partOf(part.bytes, part.headers.get('content-type') ?? 'application/octet-stream', name));
  }
  return found;
}

function idOf({ headers }: MimePart): string | undefined {
  const id = headers.get('content-id');
  return id === undefined ? undefined : nameFrom(id);
}

const nameFrom = (id: string) => id.trim().replace(/^<|>$/g, '');

export const XOP = 'http://www.w3.org/2004/08/xop/include';

interface Included {
  readonly text: string;
  /** Names of those that stand in the text now. */
  readonly gone: ReadonlySet<string>;
}

/** How many times the size of what came content may become, so that what is included again and again cannot fill the memory. */
const GROWTH = 2;

interface Including {
  readonly inclusion: Inclusion;
  /** Bytes. */
  readonly limit: number;
}

function included(text: string, attached: ReadonlyMap<string, Part>, { inclusion, limit }: Including): Included {
  const gone = new Set<string>();
  const pieces: string[] = [];
  let done = 0;
  let size = 0;
  let open: Tag | undefined;
  readXml(text, {
    open(tag) {
      if (tag.uri === XOP && tag.local === 'Include') open = tag;
    },
    close(depth, end) {
      if (!open || open.depth !== depth) return;
      const part = attached.get(referred(open));
      if (!part) throw new XmlProblem(`it includes ${open.attributes['href']?.value}, which is not there`);
      const content = inclusion === 'parts' ? `cid:${encodeURIComponent(part.name)}` : base64(part);
      size += content.length;
      if (size > limit) throw new XmlProblem('it includes its content again and again');
      if (inclusion === 'inline') gone.add(part.name);
      pieces.push(text.slice(done, open.start), content);
      done = end;
      open = undefined;
    },
  });
  return { text: pieces.length === 0 ? text : pieces.join('') + text.slice(done), gone };
}

function referred({ attributes }: Tag): string {
  const href = attributes['href']?.value.trim() ?? '';
  return nameOfReference(href) ?? '';
}

/** The name in `cid:name`; undefined for what is no such reference. Source: RFC 2392. */
export function nameOfReference(href: string): string | undefined {
  if (!/^cid:/i.test(href)) return undefined;
  try {
    return decodeURIComponent(href.slice(4));
  } catch {
    return href.slice(4);
  }
}

const base64 = ({ bytes }: Part) => Buffer.from(bytes!.buffer, bytes!.byteOffset, bytes!.byteLength).toString('base64');

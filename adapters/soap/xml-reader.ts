/**
 * Strict XML for messages from outside: well-formed, namespaces bound, no document type, bounded depth. Wraps saxes with the place
 * of each element in the text, so that parts of it can be cut out as they stand.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';

/** What is wrong with the XML, in one sentence, with line and column where they are known. */
export class XmlProblem extends Error {}

export interface Tag {
  readonly uri: string;
  readonly local: string;
  /** Namespaces that this element declares itself, by prefix; '' is the default one. */
  readonly declared: Readonly<Record<string, string>>;
  readonly attributes: SaxesTagNS['attributes'];
  /** 0 for the root. */
  readonly depth: number;
  /** Offset of its `<`. */
  readonly start: number;
  /** Offset behind the `>` of its start tag. */
  readonly end: number;
  /** The namespace of a prefix that is in scope here, while the element is read. */
  resolve(prefix: string): string | undefined;
  /** The same, at any time. */
  scope(prefix: string): string | undefined;
}

export interface XmlHandlers {
  open(tag: Tag): void;
  /** Character data, CDATA included, in pieces. */
  text?(text: string): void;
  /** `end` is the offset behind the end tag. */
  close?(depth: number, end: number): void;
}

const DEEPEST = 256;

type Scope = (prefix: string) => string | undefined;

/** Throws XmlProblem. */
export function readXml(text: string, { open, text: take, close }: XmlHandlers): void {
  const parser = new SaxesParser({ xmlns: true });
  let depth = -1;
  const scopes: Scope[] = [];
  parser.on('error', (error) => {
    throw new XmlProblem(`it is not well-formed XML: ${error.message.replace(/\.$/, '')}`);
  });
  parser.on('doctype', () => {
    throw new XmlProblem('it has a document type declaration, which is never taken');
  });
  parser.on('opentag', ({ uri, local, ns, attributes }) => {
    depth += 1;
    if (depth > DEEPEST) throw new XmlProblem(`its elements are nested more than ${DEEPEST} deep`);
    const end = parser.position;
    const start = text.lastIndexOf('<', end - 1);
    const declared = Object.keys(ns).length > 0;
    const around = scopes.at(-1);
    const scope: Scope =
      declared || !around ? (prefix) => (Object.hasOwn(ns, prefix) ? ns[prefix] : around?.(prefix)) : around;
    scopes.push(scope);
    const resolve = (prefix: string) => parser.resolve(prefix);
    open({ uri, local, declared: ns, attributes, depth, start, end, resolve, scope });
  });
  if (take) {
    parser.on('text', take);
    parser.on('cdata', take);
  }
  parser.on('closetag', () => {
    close?.(depth, parser.position);
    depth -= 1;
    scopes.pop();
  });
  parser.write(text).close();
}

const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;
const CHARSET = /;\s*charset\s*=\s*"?([A-Za-z0-9._-]+)/i;

/** A byte order mark counts more than what anybody says. */
function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
}

/** Text of the bytes by byte order mark, content type or XML declaration, else UTF-8. Throws XmlProblem. */
export function decodeXml(bytes: Uint8Array, contentType = ''): string {
  const marked = markOf(bytes);
  const opening = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 200)).toString('latin1');
  const encoding = marked ?? CHARSET.exec(contentType)?.[1] ?? DECLARED.exec(opening)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new XmlProblem(`its bytes are not ${encoding}`);
  }
}

export const escapeXml = (text: string) =>
  text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ')
    .replace(/[&<>"]/g, (found) => ESCAPES[found]!);

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The address of a request: the URL of the options with values of the message in its path and query. */
import type { Message } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { propertyOf } from '../shared/client/template.ts';

export interface Target {
  /** Scheme, host and port: the same for all messages. */
  readonly origin: string;
  /** Throws BusError kind `message` when the message lacks a property. */
  pathFor(message: Message): string;
}

const PLACEHOLDER = /\{([^{}]*)\}/;

/** What is wrong with a URL, as it stands; undefined when nothing is. */
export function urlProblem(url: string): string | undefined {
  const match = /^https?:\/\/[^/?#{}@\s]+(?<rest>[/?#].*)?$/i.exec(url);
  if (!match || !URL.canParse(url.replaceAll('{', '').replaceAll('}', ''))) {
    return 'it is not http(s)://host[:port]/path; placeholders stand behind the host, passwords in `auth`';
  }
  const literal = (match.groups?.['rest'] ?? '').replace(new RegExp(PLACEHOLDER, 'g'), 'x');
  if (/[{}]/.test(literal)) return 'a brace has no partner';
  if (/\{\s*\}/.test(url)) return 'a placeholder is empty';
  return literal.includes('#') ? 'a fragment is never sent' : undefined;
}

export function compileTarget(url: string): Target {
  const { origin } = new URL(url.split(/[{?]/)[0]!);
  const pieces = url
    .slice(url.indexOf('://') + 3)
    .replace(/^[^/?]*/, '')
    .split(PLACEHOLDER);
  if (!pieces[0]!.startsWith('/')) pieces[0] = `/${pieces[0]}`;
  const escaped = pieces.map((piece, index) => (index % 2 === 0 ? encoded(piece) : piece));
  if (escaped.length === 1) return { origin, pathFor: () => escaped[0]! };
  return {
    origin,
    pathFor: (message) =>
      escaped.map((piece, index) => (index % 2 === 0 ? piece : textFor(message, piece, url))).join(''),
  };
}

/** Encoded, so that no value can end a segment, begin a query or climb up the path. */
function textFor(message: Message, property: string, url: string): string {
  const text = propertyOf(message, property) ?? '';
  if (text === '') refuse(url, `the address needs ${property}, which it does not carry`);
  if (/^\.{1,2}$/.test(text)) refuse(url, `${property} is ${text}, which cannot stand in an address`);
  return encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed());
}

function refuse(endpoint: string, reason: string): never {
  throw busError('ENDPOINT_REFUSED', { endpoint, reason });
}

/** The fields of a JSON body as a query: scalars, and lists of them as repeated names. Null and absent fields are left out. */
export function queryOf(bytes: Uint8Array, endpoint: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(jsonObject(bytes, endpoint, 'a query'))) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null) continue;
      if (typeof one === 'object') refuse(endpoint, `the field ${name} cannot stand in a query`);
      query.append(name, String(one));
    }
  }
  return query.toString();
}

/** Of a body of which `what` is to be made. */
export function jsonObject(bytes: Uint8Array, endpoint: string, what: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (document !== null && typeof document === 'object' && !Array.isArray(document)) return { ...document };
  } catch {
    refuse(endpoint, `${what} is made of a JSON body, and this is none`);
  }
  return refuse(endpoint, `${what} is made of a JSON object, and this is none`);
}

/** What is escaped already stays as it is. */
const encoded = (literal: string) => literal.replace(/[^\x21-\x7e]+/g, encodeURIComponent);

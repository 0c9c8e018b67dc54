/**
 * MIME entities: headers and what they are of. Bytes are views of what came, never copies, so that what is signed stays as it was. Lines may
 * end in LF alone. Sources: RFC 2045, RFC 2046, RFC 2183, RFC 2231
 */
import { busError } from '../../../errors/bus-error.ts';
import { decodeTransfer } from './transfer.ts';

export interface Entity {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** With headers. */
  readonly raw: Buffer;
  /** Without, as it is written. */
  readonly body: Buffer;
}

/** Bytes of the headers of one entity. */
const LONGEST_HEAD = 16_384;

export const mimeBroken = (reason: string) => busError('PACKING_BROKEN', { format: 'mime', reason });

/** Throws BusError PACKING_BROKEN. */
export function readEntity(raw: Buffer): Entity {
  const blank = endOfHead(raw);
  if (!blank) throw mimeBroken(`its headers do not end within ${LONGEST_HEAD} bytes`);
  const headers = readHeaders(raw.toString('utf8', 0, blank.start));
  return { headers, raw, body: raw.subarray(blank.end) };
}

/** Whether it begins as an entity with headers of its own does. */
export const hasHeaders = (raw: Buffer): boolean =>
  /^(content-[a-z-]+|mime-version|from|to|date|subject|message-id|received):/i.test(raw.toString('latin1', 0, 64));

function endOfHead(raw: Buffer): { readonly start: number; readonly end: number } | undefined {
  const head = raw.toString('latin1', 0, LONGEST_HEAD);
  const found = /^\r?\n|\r?\n\r?\n/.exec(head);
  return found ? { start: found.index, end: found.index + found[0].length } : undefined;
}

function readHeaders(head: string): ReadonlyMap<string, string> {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const colon = line.indexOf(':');
        if (colon <= 0) throw mimeBroken(`"${line.slice(0, 40)}" is no header`);
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
}

/** What an entity without the header is. */
export const typeOf = ({ headers }: Entity): string => headers.get('content-type') ?? 'text/plain; charset=us-ascii';

/** In lower case, without parameters. */
export const essenceOf = (contentType: string): string => contentType.split(';')[0]!.trim().toLowerCase();

/** The content as it was before it was encoded for its way. */
export const contentOf = ({ headers, body }: Entity): Buffer =>
  decodeTransfer(body, (headers.get('content-transfer-encoding') ?? 'binary').toLowerCase());

/** A parameter of a header such as Content-Type, also one in pieces or with a charset (RFC 2231). */
export function parameterOf(header: string, name: string): string | undefined {
  const found = new Map(
    [...header.matchAll(/;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g)].map(
      ([, key, quoted, plain]): [string, string] => [key!.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain!],
    ),
  );
  const whole = found.get(name) ?? found.get(`${name}*`);
  if (whole !== undefined) return found.has(name) ? whole : extended(whole);
  const pieces: string[] = [];
  let coded = false;
  for (let index = 0; ; index += 1) {
    const plain = found.get(`${name}*${index}`);
    const piece = plain ?? found.get(`${name}*${index}*`);
    if (piece === undefined) break;
    coded ||= plain === undefined;
    pieces.push(piece);
  }
  if (pieces.length === 0) return undefined;
  return coded ? extended(pieces.join('')) : pieces.join('');
}

/** `utf-8'en'%e2%82%ac`; what cannot be decoded stays as it is. */
function extended(text: string): string {
  const [, charset = '', value = text] = /^([^']*)'[^']*'(.*)$/s.exec(text) ?? [];
  const bytes = Buffer.from(
    value.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  return /^utf-?8$/i.test(charset) ? bytes.toString('utf8') : bytes.toString('latin1');
}

/** The name of its file, of its field in a form, or of its place (Content-ID). */
export function nameOf(entity: Entity): string | undefined {
  const disposition = entity.headers.get('content-disposition') ?? '';
  const name =
    parameterOf(disposition, 'filename') ??
    parameterOf(disposition, 'name') ??
    parameterOf(entity.headers.get('content-type') ?? '', 'name') ??
    entity.headers.get('content-id')?.replace(/^<|>$/g, '');
  return name === undefined ? undefined : words(name);
}

/** Encoded words (RFC 2047), which many write although parameters have none. */
function words(text: string): string {
  return text.replace(
    /=\?([^?*]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=/g,
    (all, charset: string, how: string, coded: string) => {
      if (!/^(utf-?8|us-ascii|iso-8859-1)$/i.test(charset)) return all;
      const bytes = /b/i.test(how)
        ? Buffer.from(coded, 'base64')
        : decodeTransfer(Buffer.from(coded.replaceAll('_', '=20'), 'latin1'), 'quoted-printable');
      return bytes.toString(/^utf/i.test(charset) ? 'utf8' : 'latin1');
    },
  );
}

/**
 * Takes multipart bodies apart (RFC 2046, 5.1): nothing is copied, each part is a view of the whole. Lines may end in LF alone, since
 * some old services write them so.
 */
import { nextDelimiter } from '../../../runtime/files/multipart-delimiter.ts';
import { XmlProblem } from '../xml-reader.ts';

export interface MimePart {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** As they were before they were encoded for the way. */
  readonly bytes: Uint8Array;
}

const MOST_PARTS = 100;
const LONGEST_HEAD = 16 * 1024;

/** Throws XmlProblem. */
export function readMultipart(bytes: Uint8Array, boundary: string): readonly MimePart[] {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: MimePart[] = [];
  let at = nextDelimiter(whole, boundary, 0);
  if (!at) throw new XmlProblem(`it has no part: the boundary ${boundary} is nowhere`);
  while (!at.last) {
    const next = nextDelimiter(whole, boundary, at.end);
    if (!next) throw new XmlProblem('its last part has no end');
    if (parts.length >= MOST_PARTS) throw new XmlProblem(`it has more than ${MOST_PARTS} parts`);
    parts.push(readPart(whole.subarray(at.end, Math.max(at.end, next.start))));
    at = next;
  }
  return parts;
}

function readPart(part: Buffer): MimePart {
  const head = part.toString('latin1', 0, LONGEST_HEAD);
  const blank = /^\r?\n|\r?\n\r?\n/.exec(head);
  if (!blank) throw new XmlProblem('the head of one of its parts has no end');
  const headers = readHeaders(head.slice(0, blank.index));
  return { headers, bytes: decoded(part.subarray(blank.index + blank[0].length), headers) };
}

function readHeaders(head: string): ReadonlyMap<string, string> {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const];
    }),
  );
}

function decoded(bytes: Buffer, headers: ReadonlyMap<string, string>): Uint8Array {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  if (/^(binary|8bit|7bit)$/.test(encoding)) return bytes;
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return quotedPrintable(bytes.toString('latin1'));
  throw new XmlProblem(`one of its parts has the transfer encoding ${encoding}, which is not known`);
}

const quotedPrintable = (text: string) =>
  Buffer.from(
    text
      .replace(/=[ \t]*\r?\n/g, '')
      .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

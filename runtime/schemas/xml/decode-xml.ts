/** Decodes XML text by its byte order mark or its declaration; UTF-8 without either. Strict: a wrong byte is an error. */
import { busError } from '../../errors/bus-error.ts';

const DECLARATION = /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Without its byte order mark. */
export function decodeXml(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return (encoding === 'utf-8' ? utf8 : new TextDecoder(encoding, { fatal: true })).decode(bytes);
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding });
  }
}

/** The first characters, however the rest is encoded: enough to find the root element. */
export function decodeXmlStart(bytes: Uint8Array, length: number): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding).decode(bytes.subarray(0, length));
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding });
  }
}

/** What the encoding of a stream is told by: a byte order mark, or a declaration, at its beginning. */
const TELLING = 256;

/** Decodes a stream, piece by piece; the last with `last`. Nothing comes out before the encoding is known. */
export function createXmlDecoder(): (bytes: Uint8Array, last: boolean) => string {
  let decoder: TextDecoder | undefined;
  let start: Uint8Array = new Uint8Array();
  return (bytes, last) => {
    let rest = bytes;
    if (!decoder) {
      start = Buffer.concat([start, bytes]);
      if (start.byteLength < TELLING && !last) return '';
      decoder = decoderOf(encodingOf(start));
      rest = start;
    }
    try {
      return decoder.decode(rest, { stream: !last });
    } catch {
      throw busError('TEXT_NOT_DECODABLE', { encoding: decoder.encoding });
    }
  };
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding });
  }
}

/** Whether the bytes are UTF-8 as they stand. */
export const isUtf8 = (bytes: Uint8Array) => encodingOf(bytes) === 'utf-8';

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0x3c && bytes[1] === 0x00) return 'utf-16le';
  if (bytes[0] === 0x00 && bytes[1] === 0x3c) return 'utf-16be';
  if (bytes[0] !== 0x3c || bytes[1] !== 0x3f) return 'utf-8';
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256)).toString('latin1');
  const declared = DECLARATION.exec(start)?.[1]?.toLowerCase() ?? 'utf-8';
  // Bytes that begin with `<?` in single bytes cannot be UTF-16, whatever they say.
  return declared === 'utf8' || declared === 'us-ascii' || declared.startsWith('utf-16') ? 'utf-8' : declared;
}

/** Decodes JSON and CSV text: UTF-8, or UTF-16 where a byte order mark says so. Strict: a wrong byte is an error. */
import { busError } from '../errors/bus-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16le = new TextDecoder('utf-16le', { fatal: true });
const utf16be = new TextDecoder('utf-16be', { fatal: true });

/** Without its byte order mark. */
export function decodeUnicode(bytes: Uint8Array): string {
  const decoder = decoderOf(bytes);
  try {
    return decoder.decode(bytes);
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding: decoder.encoding });
  }
}

function decoderOf(bytes: Uint8Array): TextDecoder {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16le;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16be;
  return utf8;
}

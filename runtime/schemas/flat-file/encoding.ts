/**
 * How the bytes of a flat file are characters, both ways: Unicode, the single-byte charsets of the WHATWG Encoding Standard,
 * EBCDIC. Strict: a byte that stands for nothing, or a character that the charset lacks, is an error and never a question mark.
 */
import { busError } from '../../errors/bus-error.ts';
import { codePage, codePages } from './code-pages.ts';

export interface Encoding {
  readonly name: string;
  /** Every character is one byte, so places count the same in bytes and characters. */
  readonly singleByte: boolean;
  /** A decoder for one stream: pieces in order, the last with `last`. Throws TEXT_NOT_DECODABLE. */
  decoder(): (bytes: Uint8Array, last: boolean) => string;
  /** Undefined at the first character that it lacks. */
  encode(text: string): Uint8Array | undefined;
  /** Bytes that a text of this encoding takes. */
  bytesOf(text: string): number;
}

const UNICODE = ['utf-8', 'utf-16le', 'utf-16be'] as const;
const ALIASES: Readonly<Record<string, string>> = {
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  latin1: 'iso-8859-1',
  ascii: 'us-ascii',
};

/** Names for suggestions. */
export const knownEncodings: readonly string[] = [
  ...UNICODE,
  'us-ascii',
  'windows-1252',
  'iso-8859-1',
  'iso-8859-15',
  ...codePages,
];

export function encodingOf(name: string): Encoding | undefined {
  const known =
    ALIASES[name.toLowerCase()] ??
    name
      .toLowerCase()
      .replace(/^ibm-?0*(\d+)$/, 'cp$1')
      .replace(/^cp37$/, 'cp037');
  if ((UNICODE as readonly string[]).includes(known)) return unicode(known as (typeof UNICODE)[number]);
  const page = codePage(known) ?? ownPage(known) ?? whatwgPage(known);
  return page === undefined ? undefined : bytewise(known, page);
}

function unicode(name: (typeof UNICODE)[number]): Encoding {
  const bytesOf = name === 'utf-8' ? (text: string) => Buffer.byteLength(text) : (text: string) => text.length * 2;
  return {
    name,
    singleByte: false,
    decoder: () => {
      const decoder = new TextDecoder(name, { fatal: true });
      return (bytes, last) => decoded(name, () => decoder.decode(bytes, { stream: !last }));
    },
    encode(text) {
      if (!text.isWellFormed()) return undefined;
      if (name === 'utf-8') return Buffer.from(text);
      const bytes = Buffer.from(text, 'utf16le');
      return name === 'utf-16be' ? bytes.swap16() : bytes;
    },
    bytesOf,
  };
}

/** `page`: for each byte its character, U+FFFD where it has none. */
function bytewise(name: string, page: string): Encoding {
  const byteOf = new Map([...page].map((character, byte) => [character, byte]));
  byteOf.delete(NONE);
  return {
    name,
    singleByte: true,
    decoder: () => (bytes) => {
      let text = '';
      for (let from = 0; from < bytes.byteLength; from += 4096) {
        text += String.fromCharCode(...Array.from(bytes.subarray(from, from + 4096), (byte) => page.charCodeAt(byte)));
      }
      if (text.includes(NONE)) throw busError('TEXT_NOT_DECODABLE', { encoding: name });
      return text;
    },
    encode(text) {
      const bytes = Buffer.allocUnsafe(text.length);
      for (let index = 0; index < text.length; index += 1) {
        const byte = byteOf.get(text[index]!);
        if (byte === undefined) return undefined;
        bytes[index] = byte;
      }
      return bytes;
    },
    bytesOf: (text) => text.length,
  };
}

const NONE = '\ufffd';
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** Those that the Encoding Standard takes for windows-1252, although they are not. */
function ownPage(name: string): string | undefined {
  if (name === 'iso-8859-1') return String.fromCharCode(...EVERY_BYTE);
  return name === 'us-ascii' ? String.fromCharCode(...EVERY_BYTE.subarray(0, 128)) + NONE.repeat(128) : undefined;
}

function whatwgPage(name: string): string | undefined {
  try {
    const decoder = new TextDecoder(name);
    const page = Array.from(EVERY_BYTE, (byte) => decoder.decode(EVERY_BYTE.subarray(byte, byte + 1)));
    return page.every((character) => character.length === 1) &&
      !/^utf|^(gb|big5|euc|shift|iso-2022)/.test(decoder.encoding)
      ? page.join('')
      : undefined;
  } catch {
    return undefined; // A RangeError: no such charset.
  }
}

function decoded(encoding: string, decode: () => string): string {
  try {
    return decode();
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding });
  }
}

/** Transfer encodings of MIME: how content is written for its way. Source: RFC 2045, 6 */
import { busError } from '../../../errors/bus-error.ts';

/** Throws BusError PACKING_BROKEN for an encoding that is not known. */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (/^(binary|8bit|7bit)$/.test(encoding)) return bytes;
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return quotedPrintable(bytes.toString('latin1'));
  throw busError('PACKING_BROKEN', { format: 'mime', reason: `the transfer encoding ${encoding} is not known` });
}

const quotedPrintable = (text: string) =>
  Buffer.from(
    text
      .replace(/=[ \t]*\r?\n/g, '')
      .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** In lines of 76 characters, each with its end. */
export const base64Lines = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,76}/g, '$&\r\n');

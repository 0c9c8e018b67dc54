/** Reads CMS from what partners write: DER, BER, base64 or PEM. */
import type { AsnType, OctetString } from 'asn1js';
import { ContentInfo } from 'pkijs';
import { reasonOf } from '../../../errors/as-bus-error.ts';
import { busError } from '../../../errors/bus-error.ts';

export const cmsBroken = (reason: string, cause?: unknown) =>
  busError('PACKING_BROKEN', { format: 's/mime', reason }, { cause });

const ARMOUR = /-----BEGIN (?:CMS|PKCS7|PKCS #7 SIGNED DATA)-----([\s\S]*?)-----END /;
const SEQUENCE = 0x30;

/** Whether it may be CMS at all, by its first bytes. */
export const looksLikeCms = (bytes: Buffer): boolean =>
  bytes[0] === SEQUENCE || /^-----BEGIN (CMS|PKCS ?#?7)/.test(bytes.toString('latin1', 0, 40));

/** Throws BusError PACKING_BROKEN. */
export function readContentInfo(bytes: Buffer): ContentInfo {
  try {
    return ContentInfo.fromBER(der(bytes));
  } catch (thrown) {
    throw cmsBroken(`it is no CMS: ${reasonOf(thrown)}`, thrown);
  }
}

function der(bytes: Buffer): Buffer<ArrayBuffer> {
  if (bytes[0] === SEQUENCE) return Buffer.from(bytes);
  const text = bytes.toString('latin1');
  return Buffer.from(ARMOUR.exec(text)?.[1] ?? text, 'base64');
}

/** The octets of a primitive, or of the pieces of one that was written as a stream. */
export function octetsOf(value: AsnType): Buffer {
  const { idBlock, valueBlock } = value as OctetString;
  if (!idBlock.isConstructed) return Buffer.from(valueBlock.valueHexView);
  return Buffer.concat((valueBlock as unknown as { readonly value: readonly AsnType[] }).value.map(octetsOf));
}

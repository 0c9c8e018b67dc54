/**
 * Sealed bytes: a header with a data key of their own, wrapped by the key of the store, and frames of AES-256-GCM. A frame's
 * nonce is its number and whether it is the last, so that no frame can be changed, moved, left out or added unnoticed. Source:
 * the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { busError } from '../../errors/bus-error.ts';
import type { SealKey } from './keys.ts';

const MAGIC = Buffer.from('GHS1');
const KEY = 32;
const NONCE = 12;
const TAG = 16;
/** Magic, nonce, wrapped data key, tag. */
export const HEADER = MAGIC.byteLength + NONCE + KEY + TAG;
/** A sealed frame, but for the last, which may be shorter; and what it holds. */
export const FRAME = 65_536;
export const CONTENT = FRAME - TAG;

export interface Opened {
  readonly header: Buffer;
  readonly dataKey: Buffer;
}

/** A header with a new data key. */
export function newHeader(key: SealKey): Opened {
  const dataKey = randomBytes(KEY);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(boundTo(key));
  const wrapped = Buffer.concat([cipher.update(dataKey), cipher.final()]);
  return { dataKey, header: Buffer.concat([MAGIC, nonce, wrapped, cipher.getAuthTag()]) };
}

/** Throws BusError SEAL_NOT_OPENED. */
export function dataKeyOf(header: Uint8Array, key: SealKey): Buffer {
  const at = (from: number, size: number) => header.subarray(from, from + size);
  const from = MAGIC.byteLength;
  if (header.byteLength < HEADER || Buffer.compare(at(0, from), MAGIC) !== 0) throw notOpened(key);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, at(from, NONCE)).setAAD(boundTo(key));
    decipher.setAuthTag(at(from + NONCE + KEY, TAG));
    return Buffer.concat([decipher.update(at(from + NONCE, KEY)), decipher.final()]);
  } catch {
    throw notOpened(key); // Says only that it does not fit.
  }
}

export function sealFrame(dataKey: Buffer, number: number, last: boolean, content: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', dataKey, nonceOf(number, last));
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** Throws BusError SEAL_NOT_OPENED. */
export function openFrame(dataKey: Buffer, number: number, last: boolean, frame: Uint8Array, key: SealKey): Buffer {
  if (frame.byteLength < TAG) throw notOpened(key);
  const end = frame.byteLength - TAG;
  try {
    const decipher = createDecipheriv('aes-256-gcm', dataKey, nonceOf(number, last)).setAuthTag(frame.subarray(end));
    return Buffer.concat([decipher.update(frame.subarray(0, end)), decipher.final()]);
  } catch {
    throw notOpened(key);
  }
}

export function sealedSize(size: number): number {
  return HEADER + size + Math.max(1, Math.ceil(size / CONTENT)) * TAG;
}

function nonceOf(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE);
  nonce.writeUIntBE(number, 0, 6);
  nonce.writeUInt8(last ? 1 : 0, NONCE - 1);
  return nonce;
}

const boundTo = ({ name }: SealKey) => Buffer.concat([MAGIC, Buffer.from(name)]);

const notOpened = ({ name }: SealKey) => busError('SEAL_NOT_OPENED', { key: name });

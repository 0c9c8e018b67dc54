/** Content ciphers of XML Encryption. Source: W3C XML Encryption 1.1, section 5.2; what is encrypted begins with its vector. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ENCRYPTION, ENCRYPTION_11 } from './names.ts';

const cbc = (bits: number) => ({ uri: `${ENCRYPTION}aes${bits}-cbc`, keyLength: bits / 8, gcm: false });
const gcm = (bits: number) => ({ uri: `${ENCRYPTION_11}aes${bits}-gcm`, keyLength: bits / 8, gcm: true });

/** By the names of options. */
export const CIPHERS = {
  'aes128-gcm': gcm(128),
  'aes192-gcm': gcm(192),
  'aes256-gcm': gcm(256),
  'aes128-cbc': cbc(128),
  'aes192-cbc': cbc(192),
  'aes256-cbc': cbc(256),
} as const;

export type Cipher = keyof typeof CIPHERS;

export const cipherOf = (uri: string): Cipher | undefined =>
  Object.keys(CIPHERS).find((name): name is Cipher => CIPHERS[name as Cipher].uri === uri);

const TAG = 16;
const VECTOR = { cbc: 16, gcm: 12 } as const;

export function encryptContent(cipher: Cipher, key: Uint8Array, content: Uint8Array): Buffer {
  const vector = randomBytes(CIPHERS[cipher].gcm ? VECTOR.gcm : VECTOR.cbc);
  if (CIPHERS[cipher].gcm) {
    const sealing = createCipheriv(nodeName(cipher) as 'aes-256-gcm', key, vector);
    return Buffer.concat([vector, sealing.update(content), sealing.final(), sealing.getAuthTag()]);
  }
  const sealing = createCipheriv(nodeName(cipher), key, vector);
  return Buffer.concat([vector, sealing.update(content), sealing.final()]);
}

/** Undefined for what cannot be decrypted. Padding that is wrong is left in place: only what is read of it tells. */
export function decryptContent(cipher: Cipher, key: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  return CIPHERS[cipher].gcm ? openGcm(cipher, key, sealed) : openCbc(cipher, key, sealed);
}

function openGcm(cipher: Cipher, key: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < VECTOR.gcm + TAG) return undefined;
  const opening = createDecipheriv(nodeName(cipher) as 'aes-256-gcm', key, sealed.subarray(0, VECTOR.gcm), {
    authTagLength: TAG,
  });
  opening.setAuthTag(sealed.subarray(-TAG));
  const content = opening.update(sealed.subarray(VECTOR.gcm, -TAG));
  try {
    return Buffer.concat([content, opening.final()]);
  } catch {
    return undefined; // The tag does not fit.
  }
}

function openCbc(cipher: Cipher, key: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  const blocks = sealed.length / VECTOR.cbc;
  if (blocks < 2 || !Number.isInteger(blocks)) return undefined;
  const opening = createDecipheriv(nodeName(cipher), key, sealed.subarray(0, VECTOR.cbc)).setAutoPadding(false);
  const padded = Buffer.concat([opening.update(sealed.subarray(VECTOR.cbc)), opening.final()]);
  const padding = padded.at(-1)!; // The bytes before it may be anything (section 5.2.1).
  return padding >= 1 && padding <= VECTOR.cbc ? padded.subarray(0, -padding) : padded;
}

/** As OpenSSL calls it. */
const nodeName = (cipher: Cipher) => cipher.replace('aes', 'aes-');

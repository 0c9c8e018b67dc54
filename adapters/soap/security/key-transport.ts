/**
 * Keys that go along, encrypted by RSA. Promises: whatever is wrong with one, what comes of it is a random key of the length that was
 * asked for, so that nobody learns how far it got. Source: W3C XML Encryption 1.1, section 5.5; RFC 8017, section 7.1.2.
 */
import { constants, createHash, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import type { XmlElement } from '../xml-tree.ts';
import type { KeyTransport } from './encryption-config.ts';
import { attribute, child } from './key-info.ts';
import { ENCRYPTION, ENCRYPTION_11, SecurityProblem, SIGNATURE } from './names.ts';

const OAEP = `${ENCRYPTION}rsa-oaep-mgf1p`;
const OAEP_11 = `${ENCRYPTION_11}rsa-oaep`;
const RSA_15 = `${ENCRYPTION}rsa-1_5`;

const DIGESTS: Readonly<Record<string, string>> = {
  [`${SIGNATURE}sha1`]: 'sha1',
  [`${ENCRYPTION}sha256`]: 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  [`${ENCRYPTION}sha512`]: 'sha512',
};

/** The EncryptionMethod, and the key as it goes along. */
export interface Transported {
  readonly method: string;
  readonly bytes: Buffer;
}

export function sealKey(transport: KeyTransport, to: KeyObject, key: Uint8Array): Transported {
  const hash = transport === 'rsa-oaep' ? 'sha1' : 'sha256';
  const bytes = publicEncrypt({ key: to, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, key);
  const uri = hash === 'sha1' ? `${SIGNATURE}sha1` : `${ENCRYPTION}sha256`;
  const digest = `<ds:DigestMethod xmlns:ds="${SIGNATURE}" Algorithm="${uri}"/>`;
  if (hash === 'sha1') return { method: methodOf(OAEP, digest), bytes };
  const mask = `<xenc11:MGF xmlns:xenc11="${ENCRYPTION_11}" Algorithm="${ENCRYPTION_11}mgf1sha256"/>`;
  return { method: methodOf(OAEP_11, digest + mask), bytes };
}

const methodOf = (uri: string, inside: string) =>
  `<xenc:EncryptionMethod Algorithm="${uri}">${inside}</xenc:EncryptionMethod>`;

/** Opens a key of `length` bytes. */
export type OpenKey = (sealed: Uint8Array, length: number) => Buffer;

/** `method`: the EncryptionMethod of an EncryptedKey. Throws SecurityProblem for one that is not known. */
export function keyOpener(method: XmlElement | undefined, key: KeyObject, rsa15: boolean): OpenKey {
  const uri = method && attribute(method, 'Algorithm');
  if (method && (uri === OAEP || uri === OAEP_11)) return oaepOpener(method, key, uri === OAEP_11);
  if (uri !== RSA_15 || !rsa15) {
    throw new SecurityProblem('UnsupportedAlgorithm', `keys by ${uri ?? 'nothing that it names'} are not taken`);
  }
  return (sealed, length) =>
    orRandom(length, () => privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, sealed));
}

function oaepOpener(method: XmlElement, key: KeyObject, chosen: boolean): OpenKey {
  const digest = child(method, SIGNATURE, 'DigestMethod');
  const mask = chosen ? child(method, ENCRYPTION_11, 'MGF') : undefined;
  const hash = digest ? DIGESTS[attribute(digest, 'Algorithm') ?? ''] : 'sha1';
  const maskHash = mask ? /#mgf1(sha(?:1|256|384|512))$/.exec(attribute(mask, 'Algorithm') ?? '')?.[1] : 'sha1';
  if (!hash || !maskHash) throw new SecurityProblem('UnsupportedAlgorithm', 'the digest of its RSA-OAEP is not known');
  const label = Buffer.from(child(method, ENCRYPTION, 'OAEPparams')?.text ?? '', 'base64');
  return (sealed, length) =>
    orRandom(length, () =>
      withoutPadding(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, sealed), { hash, maskHash, label }),
    );
}

function orRandom(length: number, open: () => Buffer | undefined): Buffer {
  const random = randomBytes(length);
  try {
    const key = open();
    return key?.length === length ? key : random;
  } catch {
    return random; // Its number is not of the key's size.
  }
}

interface Oaep {
  readonly hash: string;
  readonly maskHash: string;
  readonly label: Buffer;
}

/** node:crypto takes one hash for both, where many write SHA-256 with a mask by SHA-1. Looks at all bytes, whatever is wrong. */
function withoutPadding(block: Buffer, { hash, maskHash, label }: Oaep): Buffer | undefined {
  const labelHash = createHash(hash).update(label).digest();
  const size = labelHash.length;
  const masked = block.subarray(1 + size);
  const seed = xor(block.subarray(1, 1 + size), mask(masked, size, maskHash));
  const data = xor(masked, mask(seed, masked.length, maskHash));
  let wrong = block[0]!;
  for (let at = 0; at < size; at += 1) wrong |= data[at]! ^ labelHash[at]!;
  let from = 0;
  for (let at = data.length - 1; at >= size; at -= 1) {
    const byte = data[at]!;
    if (byte !== 0) from = at;
  }
  wrong |= data[from]! ^ 1;
  return wrong === 0 ? data.subarray(from + 1) : undefined;
}

const xor = (one: Uint8Array, other: Uint8Array) => Buffer.from(one.map((byte, at) => byte ^ other[at]!));

/** MGF1 */
function mask(seed: Uint8Array, length: number, hash: string): Buffer {
  const blocks: Buffer[] = [];
  for (let done = 0, counter = 0; done < length; counter += 1) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(count).digest();
    blocks.push(block);
    done += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

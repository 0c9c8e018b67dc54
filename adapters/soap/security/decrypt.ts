/**
 * Decrypts envelopes. Promises: what stands in place of encrypted data is well-formed by itself, so that it cannot reach out of its
 * place, and holds nothing that is encrypted again; whatever fails once a key is used, fails in the same words.
 */
import type { KeyObject } from 'node:crypto';
import { SaxesParser } from 'saxes';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import type { SoapVersion } from '../envelope.ts';
import type { XmlElement } from '../xml-tree.ts';
import { CIPHERS, type Cipher, cipherOf, decryptContent } from './ciphers.ts';
import { ENCRYPTION_DEFAULTS, type EncryptionConfig } from './encryption-config.ts';
import { attribute, certificateOf, child } from './key-info.ts';
import { keyOpener } from './key-transport.ts';
import { ENCRYPTION, SecurityProblem, SIGNATURE } from './names.ts';
import { type KeyPair, loadKeyPair } from './private-keys.ts';
import { isAnythingSealed, type SealedPart, type SealedParts, sealedPartsOf } from './sealed-parts.ts';

export interface Sealed {
  readonly wholeBody: boolean;
  readonly signedOutside: boolean;
  /** The whole envelope, decrypted. Throws SecurityProblem. */
  open(): string;
}

/** Undefined where nothing is encrypted. Throws SecurityProblem for what nobody may write so, or is not for us. */
export type FindSealed = (text: string, version: SoapVersion) => Sealed | undefined;

/** Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function compileDecryption(config: EncryptionConfig, option: string, context: AdapterContext): FindSealed {
  const pairs = config.keys.map((each, index) => loadKeyPair(each, `${option}.keys[${index}]`, context));
  return (text, version) => {
    const sealed = sealedPartsOf(text, version);
    if (!sealed) return undefined;
    const openers = compileOpeners(sealed, pairs, config);
    const { wholeBody, signedOutside } = sealed;
    return { wholeBody, signedOutside, open: () => opened(text, openers) };
  };
}

/** The one thing that is told of all failures. `cause`: what only operators may know. */
export const undecipherable = (cause: unknown) =>
  new SecurityProblem('FailedCheck', 'it cannot be decrypted, or is not what was encrypted and signed', { cause });

interface Opener {
  readonly place: XmlElement;
  /** Undefined for what cannot be decrypted. */
  readonly open: () => Buffer | undefined;
}

function compileOpeners(
  { parts, security }: SealedParts,
  pairs: readonly KeyPair[],
  config: EncryptionConfig,
): readonly Opener[] {
  const held = new Map<string, Buffer>();
  return parts.map((part) => {
    const cipher = cipherFor(part, config.cbc ?? ENCRYPTION_DEFAULTS.cbc);
    const { encrypted, key } = keyFor(part, security, pairs);
    const method = child(encrypted, ENCRYPTION, 'EncryptionMethod');
    const openKey = keyOpener(method, key, config.rsa15 ?? ENCRYPTION_DEFAULTS.rsa15);
    const keyBytes = cipherValue(encrypted);
    const content = cipherValue(part.data);
    const open = () => {
      const { keyLength } = CIPHERS[cipher];
      const name = `${encrypted.start} ${keyLength}`; // A key that opens several parts is opened once.
      const opened = held.get(name) ?? openKey(keyBytes, keyLength);
      held.set(name, opened);
      return decryptContent(cipher, opened, content);
    };
    return { place: part.place, open };
  });
}

function cipherFor({ data }: SealedPart, cbc: boolean): Cipher {
  const type = attribute(data, 'Type');
  if (type !== `${ENCRYPTION}Content` && type !== `${ENCRYPTION}Element`) {
    throw new SecurityProblem('InvalidSecurity', 'something is encrypted that is neither an element nor content');
  }
  const method = child(data, ENCRYPTION, 'EncryptionMethod');
  const uri = (method && attribute(method, 'Algorithm')) ?? 'no algorithm';
  const cipher = cipherOf(uri);
  if (cipher && (CIPHERS[cipher].gcm || cbc)) return cipher;
  throw new SecurityProblem('UnsupportedAlgorithm', `what is encrypted by ${uri} is not taken`);
}

/** The first that is for one of our keys. */
function keyFor({ keys }: SealedPart, security: XmlElement, pairs: readonly KeyPair[]) {
  for (const encrypted of keys) {
    const key = ownKey(encrypted, security, pairs);
    if (key) return { encrypted, key };
  }
  throw new SecurityProblem('SecurityTokenUnavailable', 'it is not encrypted for a certificate that is known here');
}

function ownKey(encrypted: XmlElement, security: XmlElement, pairs: readonly KeyPair[]): KeyObject | undefined {
  if (!child(encrypted, SIGNATURE, 'KeyInfo')) return pairs.length === 1 ? pairs[0]!.key : undefined;
  const find = (is: (certificate: KeyPair['certificate']) => boolean) =>
    pairs.find(({ certificate }) => is(certificate))?.certificate;
  try {
    const { fingerprint256 } = certificateOf(encrypted, security, find);
    return pairs.find(({ certificate }) => certificate.fingerprint256 === fingerprint256)?.key;
  } catch (thrown) {
    if (thrown instanceof SecurityProblem) return undefined;
    throw thrown;
  }
}

function cipherValue(holder: XmlElement): Buffer {
  const data = child(holder, ENCRYPTION, 'CipherData');
  const value = data && child(data, ENCRYPTION, 'CipherValue');
  if (value && value.children.length === 0) return Buffer.from(value.text, 'base64');
  throw new SecurityProblem('InvalidSecurity', 'what is encrypted does not stand where it says so');
}

/** All are decrypted before any failure counts. */
function opened(text: string, openers: readonly Opener[]): string {
  const contents = openers.map(({ place, open }) => ({ place, content: open() }));
  const pieces: string[] = [];
  let done = 0;
  for (const { place, content } of contents.toSorted((one, other) => one.place.start - other.place.start)) {
    pieces.push(text.slice(done, place.start), wellFormed(content));
    done = place.end;
  }
  const whole = pieces.join('') + text.slice(done);
  if (isAnythingSealed(whole)) throw new Error('what was encrypted holds something encrypted');
  return whole;
}

/** Namespaces are seen to when the whole is read again. */
function wellFormed(content: Buffer | undefined): string {
  if (!content) throw new Error('it does not fit its key');
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  const parser = new SaxesParser();
  const refuse = (reason: string) => {
    throw new Error(reason);
  };
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type declaration'));
  parser.write(`<w>${text}</w>`).close();
  return text;
}

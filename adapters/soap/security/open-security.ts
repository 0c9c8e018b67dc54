/**
 * What of WS-Security stands between a message and what it says: decryption and signatures, in the order in which the sender made them.
 * Promises: whatever of a signature is wrong behind an encryption is told as if it could not be decrypted.
 */
import type { X509Certificate } from 'node:crypto';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { type Envelope, readEnvelope } from '../envelope.ts';
import type { SignatureConfig } from './config.ts';
import { compileDecryption, undecipherable } from './decrypt.ts';
import { ENCRYPTION_DEFAULTS, type EncryptionConfig } from './encryption-config.ts';
import { SecurityProblem } from './names.ts';
import type { Once } from './once.ts';
import { compileSignatureCheck } from './verify.ts';

export interface SecuredMessage extends Envelope {
  /** The whole envelope. */
  readonly text: string;
  /** What lies beside the envelope, where neither signature nor encryption reaches. */
  readonly attachments: readonly unknown[];
}

export interface Signer {
  readonly name: string;
  readonly certificate: X509Certificate;
  /** The signature, where it has a timestamp. */
  readonly once?: Once;
}

export interface Decrypted<M extends SecuredMessage> {
  /** As it came, where nothing was encrypted. */
  readonly message: M;
  /** Who signed what was encrypted. */
  readonly signer?: Signer | undefined;
  /** The whole body was encrypted. */
  readonly sealed: boolean;
  /** Something was. */
  readonly touched: boolean;
}

export interface Security {
  /** Throws SecurityProblem. */
  decrypt<M extends SecuredMessage>(message: M): Decrypted<M>;
  /** Holds what was decrypted against what is demanded. Throws SecurityProblem. */
  check(decrypted: Decrypted<SecuredMessage>): Signer | undefined;
}

export interface SecurityConfig {
  readonly encryption?: EncryptionConfig | undefined;
  readonly signature?: SignatureConfig | undefined;
}

/** Undefined where nothing is demanded. Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function compileSecurity(
  { encryption, signature }: SecurityConfig,
  context: AdapterContext,
): Security | undefined {
  if (!encryption && !signature) return undefined;
  const find = encryption && compileDecryption(encryption, 'encryption', context);
  const checkSignature = signature && compileSignatureCheck(signature, 'signature', context);
  const required = encryption && (encryption.required ?? ENCRYPTION_DEFAULTS.required);

  function decrypt<M extends SecuredMessage>(message: M): Decrypted<M> {
    const sealed = find?.(message.text, message.version);
    if (!sealed) return { message, sealed: false, touched: false };
    const signer = sealed.signedOutside ? checkSignature?.(message) : undefined;
    const plain = behindEncryption(() => {
      const text = sealed.open();
      return { ...message, ...readEnvelope(text), text };
    });
    return { message: plain, signer, sealed: sealed.wholeBody, touched: true };
  }

  function check({ message, signer, sealed, touched }: Decrypted<SecuredMessage>): Signer | undefined {
    if (required && !sealed) throw new SecurityProblem('InvalidSecurity', 'its body is not encrypted');
    if (required && message.attachments.length > 0) {
      throw new SecurityProblem('InvalidSecurity', 'its attachments are not encrypted');
    }
    if (signer || !checkSignature) return signer;
    return touched ? behindEncryption(() => checkSignature(message)) : checkSignature(message);
  }

  return { decrypt, check };
}

function behindEncryption<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw undecipherable(thrown);
  }
}

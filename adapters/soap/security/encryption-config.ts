/** The options of XML Encryption: what we encrypt for others, and what we decrypt. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { closed, type Secret, secret } from '../../shared/client/schema.ts';
import { pemSchema } from '../../shared/tls.ts';
import { CIPHERS, type Cipher } from './ciphers.ts';

export type EncryptedPart = 'body' | 'signature' | 'usernameToken';
export type KeyReference = 'thumbprint' | 'certificate' | 'issuerSerial';
export type KeyTransport = 'rsa-oaep' | 'rsa-oaep-sha256';

export interface EncryptConfig {
  /** Only answers to callers who signed can do without. */
  readonly certificate?: string | Secret;
  readonly cipher?: Cipher;
  readonly keyTransport?: KeyTransport;
  readonly reference?: KeyReference;
  readonly parts?: readonly EncryptedPart[];
}

export interface PrivateKey {
  readonly certificate: string | Secret;
  readonly key: Secret;
  readonly passphrase?: Secret;
}

export interface EncryptionConfig {
  readonly keys: readonly PrivateKey[];
  readonly required?: boolean;
  readonly cbc?: boolean;
  readonly rsa15?: boolean;
}

export const ENCRYPT_DEFAULTS = {
  cipher: 'aes256-gcm',
  keyTransport: 'rsa-oaep',
  reference: 'thumbprint',
  parts: ['body'],
} as const;
export const ENCRYPTION_DEFAULTS = { required: true, cbc: false, rsa15: false } as const;

const flag = (standard: boolean, description: string): JsonSchema => ({
  type: 'boolean',
  default: standard,
  description,
});

export const encryptSchema = (what: string, whose: string, demanded: readonly string[]): JsonSchema =>
  closed(
    `Encrypts ${what} (WS-Security, XML Encryption)`,
    {
      certificate: pemSchema(`${whose}: a PEM file, relative to the solution, or { secret: NAME }`),
      cipher: {
        enum: Object.keys(CIPHERS),
        default: ENCRYPT_DEFAULTS.cipher,
        description: 'By which cipher; those of CBC can be altered on the way unless what they hold is signed, too',
      },
      keyTransport: {
        enum: ['rsa-oaep', 'rsa-oaep-sha256'],
        default: ENCRYPT_DEFAULTS.keyTransport,
        description: 'How the key goes along: RSA-OAEP as all know it (MGF1 with SHA-1), or with SHA-256 throughout',
      },
      reference: {
        enum: ['thumbprint', 'certificate', 'issuerSerial'],
        default: ENCRYPT_DEFAULTS.reference,
        description: 'How the certificate is named; far ends of WS-Security 1.0 know no thumbprints',
      },
      parts: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { enum: ['body', 'signature', 'usernameToken'] },
        default: [...ENCRYPT_DEFAULTS.parts],
        description: 'What is encrypted; signatures are made before',
      },
    },
    demanded,
  );

export const encryptionSchema = (what: string): JsonSchema =>
  closed(
    `Decrypts ${what} (WS-Security, XML Encryption)`,
    {
      keys: {
        type: 'array',
        minItems: 1,
        description: 'Our keys; two while they change',
        items: closed(
          'A key',
          {
            certificate: pemSchema('Its certificate: a PEM file, relative to the solution, or { secret: NAME }'),
            key: secret('The private key in PEM form, as { secret: NAME }'),
            passphrase: secret('What the private key is sealed with, as { secret: NAME }'),
          },
          ['certificate', 'key'],
        ),
      },
      required: flag(ENCRYPTION_DEFAULTS.required, 'Refuses what has a body that is not encrypted'),
      cbc: flag(
        ENCRYPTION_DEFAULTS.cbc,
        'Takes AES-CBC beside AES-GCM, as WCF and older stacks write it; only `signature` keeps it from being altered',
      ),
      rsa15: flag(ENCRYPTION_DEFAULTS.rsa15, 'Takes keys by RSA 1.5, which attackers can guess at, beside RSA-OAEP'),
    },
    ['keys'],
  );

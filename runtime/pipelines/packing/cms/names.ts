/** Object identifiers of the Cryptographic Message Syntax. Sources: RFC 5652, RFC 5083, RFC 5084, RFC 5754, RFC 8017 */
export const CONTENT = {
  data: '1.2.840.113549.1.7.1',
  signed: '1.2.840.113549.1.7.2',
  enveloped: '1.2.840.113549.1.7.3',
  authEnveloped: '1.2.840.113549.1.9.16.1.23',
} as const;

export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
} as const;

export const RSA = {
  encryption: '1.2.840.113549.1.1.1',
  oaep: '1.2.840.113549.1.1.7',
  pss: '1.2.840.113549.1.1.10',
} as const;

export const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
export const SHA256 = '2.16.840.1.101.3.4.2.1';

/** Those that are thought safe to sign with, as Node names them. */
export const DIGESTS: ReadonlyMap<string, string> = new Map([
  [SHA256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Of OAEP alone, where SHA-1 does no harm. */
export const OAEP_DIGESTS: ReadonlyMap<string, string> = new Map([...DIGESTS, ['1.3.14.3.2.26', 'sha1']]);

export interface Cipher {
  /** As Node names it. */
  readonly name: string;
  /** Bytes. */
  readonly key: number;
  readonly iv: number;
  readonly gcm: boolean;
}

export const CIPHERS: ReadonlyMap<string, Cipher> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', key: 16, iv: 16, gcm: false }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', key: 24, iv: 16, gcm: false }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', key: 32, iv: 16, gcm: false }],
  ['2.16.840.1.101.3.4.1.6', { name: 'aes-128-gcm', key: 16, iv: 12, gcm: true }],
  ['2.16.840.1.101.3.4.1.26', { name: 'aes-192-gcm', key: 24, iv: 12, gcm: true }],
  ['2.16.840.1.101.3.4.1.46', { name: 'aes-256-gcm', key: 32, iv: 12, gcm: true }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', key: 24, iv: 8, gcm: false }],
]);

export const cipherNamed = (name: string): readonly [string, Cipher] =>
  [...CIPHERS].find(([, cipher]) => cipher.name === name)!;

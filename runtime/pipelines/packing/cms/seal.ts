/** Seals content for whoever has a certificate: a key of its own for each message, by RSA for each of them. */
import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { Integer, Null, ObjectIdentifier, OctetString, Primitive, Sequence, Set as SetOf } from 'asn1js';
import {
  AlgorithmIdentifier,
  ContentInfo,
  IssuerAndSerialNumber,
  KeyTransRecipientInfo,
  RecipientInfo,
  RSAESOAEPParams,
} from 'pkijs';
import { busError } from '../../../errors/bus-error.ts';
import type { KnownCertificate } from './keys.ts';
import { CONTENT, cipherNamed, RSA, SHA256 } from './names.ts';

export interface Sealing {
  readonly cipher: string;
  readonly keyTransport: 'pkcs1' | 'oaep';
  /** The secret that the certificates are from. */
  readonly secret: string;
}

/** DER. Throws BusError SMIME_KEY for a certificate whose key cannot seal. */
export function seal(content: Uint8Array, to: readonly KnownCertificate[], sealing: Sealing): Buffer {
  const [algorithm, cipher] = cipherNamed(sealing.cipher);
  const key = randomBytes(cipher.key);
  const iv = randomBytes(cipher.iv);
  const recipients = to.map((each) => recipientFor(each, key, sealing));
  const encipher = createCipheriv(cipher.name as 'aes-256-gcm', key, iv);
  const sealed = Buffer.concat([encipher.update(content), encipher.final()]);
  const nonce = new OctetString({ valueHex: arrayOf(iv) });
  const parameters = cipher.gcm ? new Sequence({ value: [nonce, new Integer({ value: MAC })] }) : nonce;
  const inside = new Sequence({
    value: [
      new ObjectIdentifier({ value: CONTENT.data }),
      new Sequence({ value: [new ObjectIdentifier({ value: algorithm }), parameters] }),
      new Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: arrayOf(sealed) }),
    ],
  });
  const envelope = new Sequence({
    value: [
      new Integer({ value: 0 }),
      new SetOf({ value: recipients.map((each) => each.toSchema()) }),
      inside,
      ...(cipher.gcm ? [new OctetString({ valueHex: arrayOf(encipher.getAuthTag()) })] : []),
    ],
  });
  const contentType = cipher.gcm ? CONTENT.authEnveloped : CONTENT.enveloped;
  return Buffer.from(new ContentInfo({ contentType, content: envelope }).toSchema().toBER());
}

/** Bytes of the authentication code. */
const MAC = 16;

/** `pkijs` and `asn1js` take no views. */
export const arrayOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

function recipientFor({ x509, asn1 }: KnownCertificate, key: Buffer, { keyTransport, secret }: Sealing): RecipientInfo {
  const { publicKey } = x509;
  if (publicKey.asymmetricKeyType !== 'rsa') {
    const reason = `its key is ${publicKey.asymmetricKeyType}, and only RSA keys can seal`;
    throw busError('SMIME_KEY', { name: secret, what: 'certificate to seal for', reason });
  }
  const oaep = keyTransport === 'oaep';
  const padding = oaep
    ? { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
    : { padding: constants.RSA_PKCS1_PADDING };
  const value = new KeyTransRecipientInfo({
    version: 0,
    rid: new IssuerAndSerialNumber({ issuer: asn1.issuer, serialNumber: asn1.serialNumber }),
    keyEncryptionAlgorithm: oaep
      ? oaepAlgorithm()
      : new AlgorithmIdentifier({ algorithmId: RSA.encryption, algorithmParams: new Null() }),
    encryptedKey: new OctetString({ valueHex: arrayOf(publicEncrypt({ key: publicKey, ...padding }, key)) }),
  });
  return new RecipientInfo({ variant: 1, value });
}

function oaepAlgorithm(): AlgorithmIdentifier {
  const hashAlgorithm = new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new Null() });
  const maskGenAlgorithm = new AlgorithmIdentifier({
    algorithmId: '1.2.840.113549.1.1.8',
    algorithmParams: hashAlgorithm.toSchema(),
  });
  const parameters = new RSAESOAEPParams({ hashAlgorithm, maskGenAlgorithm });
  return new AlgorithmIdentifier({ algorithmId: RSA.oaep, algorithmParams: parameters.toSchema() });
}

/** Signs content, by SHA-256 with RSA or ECDSA: with the content in it (opaque), or without (detached). */
import { createHash, type KeyObject, sign as signBytes } from 'node:crypto';
import { Null, ObjectIdentifier, OctetString, UTCTime } from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import type { KnownCertificate } from './keys.ts';
import { ATTRIBUTE, CONTENT, ECDSA_SHA256, RSA, SHA256 } from './names.ts';
import { arrayOf } from './seal.ts';

export interface Signing {
  readonly key: KeyObject;
  /** The signer's, and those between it and the authority. */
  readonly certificates: readonly KnownCertificate[];
  readonly detached: boolean;
  /** ms. */
  readonly at: number | undefined;
}

/** DER. */
export function signContent(content: Uint8Array, { key, certificates, detached, at }: Signing): Buffer {
  const [{ asn1 }] = certificates as [KnownCertificate];
  const signedAttrs = new SignedAndUnsignedAttributes({ type: 0, attributes: attributesOf(content, at) });
  const signer = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer: asn1.issuer, serialNumber: asn1.serialNumber }),
    digestAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256 }),
    signedAttrs,
    signatureAlgorithm:
      key.asymmetricKeyType === 'ec'
        ? new AlgorithmIdentifier({ algorithmId: ECDSA_SHA256 })
        : new AlgorithmIdentifier({ algorithmId: RSA.encryption, algorithmParams: new Null() }),
    signature: new OctetString({ valueHex: arrayOf(signBytes('sha256', asSet(signedAttrs), key)) }),
  });
  const encapContentInfo = new EncapsulatedContentInfo({
    eContentType: CONTENT.data,
    ...(detached ? {} : { eContent: new OctetString({ valueHex: arrayOf(content) }) }),
  });
  const data = new SignedData({
    version: 1,
    digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: SHA256 })],
    encapContentInfo,
    certificates: certificates.map((each) => each.asn1),
    signerInfos: [signer],
  });
  const info = new ContentInfo({ contentType: CONTENT.signed, content: data.toSchema(true) });
  return Buffer.from(info.toSchema().toBER());
}

/** In the order of DER: sets are sorted by their bytes. */
function attributesOf(content: Uint8Array, at: number | undefined): Attribute[] {
  const digest = createHash('sha256').update(content).digest();
  const attributes = [
    new Attribute({ type: ATTRIBUTE.contentType, values: [new ObjectIdentifier({ value: CONTENT.data })] }),
    new Attribute({ type: ATTRIBUTE.messageDigest, values: [new OctetString({ valueHex: arrayOf(digest) })] }),
    ...(at === undefined
      ? []
      : [new Attribute({ type: ATTRIBUTE.signingTime, values: [new UTCTime({ valueDate: new Date(at) })] })]),
  ];
  const bytes = (attribute: Attribute) => Buffer.from(attribute.toSchema().toBER());
  return attributes.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
}

/** What is signed is the attributes as a SET, whatever tag they travel under. */
function asSet(attributes: SignedAndUnsignedAttributes): Buffer {
  const bytes = Buffer.from(attributes.toSchema().toBER());
  bytes[0] = 0x31;
  return bytes;
}

/**
 * Opens what was sealed for us: key transport by RSA, content by AES or Triple DES. Whatever is wrong with a key or a padding is told in the
 * same words, so that nobody learns of the key by trying.
 */
import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto';
import { type Constructed, OctetString, Sequence } from 'asn1js';
import {
  type AlgorithmIdentifier,
  type ContentInfo,
  EncryptedContentInfo,
  EnvelopedData,
  IssuerAndSerialNumber,
  KeyTransRecipientInfo,
  RecipientInfo,
  RSAESOAEPParams,
} from 'pkijs';
import { isBusError } from '../../../errors/as-bus-error.ts';
import type { KnownCertificate } from './keys.ts';
import { CIPHERS, type Cipher, CONTENT, OAEP_DIGESTS, RSA } from './names.ts';
import { cmsBroken, octetsOf } from './read.ts';

interface Sealed {
  readonly recipients: readonly RecipientInfo[];
  readonly content: EncryptedContentInfo;
  /** Of authenticated encryption alone. */
  readonly mac?: Buffer;
  readonly attributes?: Buffer;
}

const SHUT = 'it cannot be opened with this key';

/** Throws BusError PACKING_BROKEN. `own` picks the recipient where there are several. */
export function openEnvelope(info: ContentInfo, key: KeyObject, own: readonly KnownCertificate[]): Buffer {
  const sealed = info.contentType === CONTENT.enveloped ? enveloped(info) : authEnveloped(info);
  const { algorithmId } = sealed.content.contentEncryptionAlgorithm;
  const cipher = CIPHERS.get(algorithmId);
  if (!cipher) throw cmsBroken(`its cipher ${algorithmId} is not known`);
  if (cipher.gcm !== (sealed.mac !== undefined))
    throw cmsBroken(`${cipher.name} does not belong into this kind of envelope`);
  const recipients = sealed.recipients
    .map(({ value }) => value)
    .filter((each) => each instanceof KeyTransRecipientInfo);
  if (recipients.length === 0) throw cmsBroken('it is sealed for nobody by an RSA key');
  const ours = recipients.filter(({ rid }) => own.length === 0 || own.some((each) => isOf(rid, each)));
  for (const recipient of ours) {
    const secret = keyFor(recipient, key);
    const content = secret?.length === cipher.key ? contentOf(sealed, cipher, secret) : undefined;
    if (content) return content;
  }
  throw cmsBroken(ours.length === 0 ? 'it is sealed for others' : SHUT);
}

function enveloped({ content }: ContentInfo): Sealed {
  const { recipientInfos, encryptedContentInfo } = read(() => new EnvelopedData({ schema: content }));
  return { recipients: recipientInfos, content: encryptedContentInfo };
}

/** RFC 5083: version, originator [0], recipients, content, authenticated attributes [1], code, others [2]. */
function authEnveloped({ content }: ContentInfo): Sealed {
  return read(() => {
    const items = (content as Sequence).valueBlock.value as Constructed[];
    const at = (tag: number) => items.find(({ idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === tag);
    const set = items.find(({ idBlock }) => idBlock.tagClass === 1 && idBlock.tagNumber === 17)!;
    const sequence = items.find((item) => item instanceof Sequence)!;
    const mac = items.find((item) => item instanceof OctetString) as unknown as OctetString;
    const attributes = at(1);
    return {
      recipients: set.valueBlock.value.map((schema) => new RecipientInfo({ schema })),
      content: new EncryptedContentInfo({ schema: sequence }),
      mac: octetsOf(mac),
      ...(attributes ? { attributes: asSet(Buffer.from(attributes.valueBeforeDecodeView)) } : {}),
    };
  });
}

/** What is authenticated is the attributes as a SET, whatever tag they travel under. */
function asSet(bytes: Buffer): Buffer {
  bytes[0] = 0x31;
  return bytes;
}

function read<T>(reading: () => T): T {
  try {
    return reading();
  } catch (thrown) {
    throw isBusError(thrown) ? thrown : cmsBroken('its envelope is not well formed', thrown);
  }
}

function isOf(rid: unknown, { asn1 }: KnownCertificate): boolean {
  if (rid instanceof IssuerAndSerialNumber)
    return rid.issuer.isEqual(asn1.issuer) && rid.serialNumber.isEqual(asn1.serialNumber);
  const wanted = octetsOf(rid as OctetString);
  const extension = asn1.extensions?.find(({ extnID }) => extnID === '2.5.29.14')?.parsedValue as
    | OctetString
    | undefined;
  return extension !== undefined && octetsOf(extension).equals(wanted);
}

function keyFor({ keyEncryptionAlgorithm, encryptedKey }: KeyTransRecipientInfo, key: KeyObject): Buffer | undefined {
  const padding = paddingOf(keyEncryptionAlgorithm);
  try {
    return privateDecrypt({ key, ...padding }, octetsOf(encryptedKey));
  } catch {
    return undefined; // Told as SHUT, whatever it was.
  }
}

function paddingOf({ algorithmId, algorithmParams }: AlgorithmIdentifier) {
  if (algorithmId === RSA.encryption) return { padding: constants.RSA_PKCS1_PADDING };
  if (algorithmId !== RSA.oaep) throw cmsBroken(`its key is sealed by ${algorithmId}, which is not known`);
  const { hashAlgorithm } = read(() => new RSAESOAEPParams({ schema: algorithmParams }));
  const oaepHash = OAEP_DIGESTS.get(hashAlgorithm.algorithmId);
  if (!oaepHash) throw cmsBroken(`its key is sealed by OAEP with ${hashAlgorithm.algorithmId}, which is not known`);
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
}

function contentOf({ content, mac, attributes }: Sealed, cipher: Cipher, key: Buffer): Buffer | undefined {
  const parameters: unknown = content.contentEncryptionAlgorithm.algorithmParams;
  const bytes = Buffer.from(content.getEncryptedContent());
  try {
    const nonce = parameters instanceof Sequence ? parameters.valueBlock.value[0] : parameters;
    const decipher = createDecipheriv(cipher.name as 'aes-256-gcm', key, octetsOf(nonce as OctetString), lengthOf(mac));
    if (mac) {
      decipher.setAuthTag(mac);
      if (attributes) decipher.setAAD(attributes);
    }
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    return undefined; // Told as SHUT, whatever it was.
  }
}

/** Short codes are guessed: RFC 5084 has 12 at least. */
function lengthOf(mac: Buffer | undefined): { readonly authTagLength: number } {
  if (mac && mac.length < 12) throw cmsBroken('its authentication code is too short');
  return { authTagLength: mac?.length ?? 16 };
}

/** Tells who of those that are trusted signed a content. Certificates are known one by one; none counts since another vouches for it. */
import { constants, createHash, verify as verifyBytes } from 'node:crypto';
import type { OctetString } from 'asn1js';
import { type ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';
import { isBusError, reasonOf } from '../../../errors/as-bus-error.ts';
import type { KnownCertificate } from './keys.ts';
import { ATTRIBUTE, DIGESTS, RSA } from './names.ts';
import { cmsBroken, octetsOf } from './read.ts';

export interface Verified {
  readonly content: Buffer;
  /** Undefined where nobody was to be known. */
  readonly signer: KnownCertificate | undefined;
}

/**
 * `detached` is the content where it is not in the signature: several forms of it, of which one must be what was signed. Without `from` nothing
 * is verified. Throws BusError PACKING_BROKEN.
 */
export function verifySigned(
  info: ContentInfo,
  detached: readonly Buffer[],
  from: readonly KnownCertificate[] | undefined,
): Verified {
  const data = read(() => new SignedData({ schema: info.content }));
  const inside: OctetString | undefined = data.encapContentInfo.eContent;
  const contents = inside ? [octetsOf(inside)] : detached;
  if (contents.length === 0) throw cmsBroken('the content that it signs is not there');
  if (!from) return { content: contents[0]!, signer: undefined };
  let reason = 'nobody has signed it';
  for (const signer of data.signerInfos) {
    const known = from.find((each) => isOf(signer, each));
    if (!known) {
      reason = 'it is signed by somebody who is not among those that `from` names';
      continue;
    }
    const content = read(() =>
      contents.find((each) => hasSigned(signer, known, each, data.encapContentInfo.eContentType)),
    );
    if (content) return { content, signer: known };
    reason = 'its signature does not fit its content';
  }
  throw cmsBroken(reason);
}

const SET = 0x31;

function read<T>(reading: () => T): T {
  try {
    return reading();
  } catch (thrown) {
    throw isBusError(thrown) ? thrown : cmsBroken(`its signature is not well formed: ${reasonOf(thrown)}`, thrown);
  }
}

function isOf({ sid }: SignerInfo, { asn1 }: KnownCertificate): boolean {
  if (sid instanceof IssuerAndSerialNumber)
    return sid.issuer.isEqual(asn1.issuer) && sid.serialNumber.isEqual(asn1.serialNumber);
  const wanted = octetsOf(sid as OctetString);
  const extension = asn1.extensions?.find(({ extnID }) => extnID === '2.5.29.14')?.parsedValue as
    | OctetString
    | undefined;
  return extension !== undefined && octetsOf(extension).equals(wanted);
}

function hasSigned(signer: SignerInfo, { x509 }: KnownCertificate, content: Buffer, type: string): boolean {
  const { digestAlgorithm, signedAttrs, signature, signatureAlgorithm } = signer;
  const digest = DIGESTS.get(digestAlgorithm.algorithmId);
  if (!digest)
    throw cmsBroken(`it is signed with the digest ${digestAlgorithm.algorithmId}, which is not thought safe`);
  let signed = content;
  if (signedAttrs) {
    const said = (name: string) => signedAttrs.attributes.filter((each) => each.type === name);
    const [told, ...more] = said(ATTRIBUTE.messageDigest);
    const [kind] = said(ATTRIBUTE.contentType);
    if (!told || !kind || more.length > 0 || told.values.length !== 1) return false;
    if (String((kind.values[0] as { getValue?(): string }).getValue?.()) !== type) return false;
    if (!octetsOf(told.values[0] as OctetString).equals(createHash(digest).update(content).digest())) return false;
    signed = Buffer.from(signedAttrs.encodedValue);
  } else if (content[0] === SET) return false; // The attributes of another signature may not pass for a content.
  const padding =
    signatureAlgorithm.algorithmId === RSA.pss
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
      : {};
  return verifyBytes(digest, signed, { key: x509.publicKey, ...padding }, octetsOf(signature));
}

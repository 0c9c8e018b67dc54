/**
 * Verifies signatures over SOAP messages. Promises: what is taken is what was signed. The digest of each reference is checked by
 * xml-crypto, and then the very bytes that it digested are read again and compared with what our own reader found in body and header: an
 * element that was moved, wrapped or hidden from one of two parsers does not fit, wherever its id stands.
 * Source: OASIS WSS SOAP Message Security 1.0, section 8; McIntosh and Austel, XML Signature Element Wrapping Attacks, 2005.
 */
import { SignedXml } from 'xml-crypto';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { parseDuration } from '../../../runtime/contracts/duration.ts';
import { reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { addressingVersionOf } from '../addressing/names.ts';
import { type HeaderBlock, NAMESPACE_OF } from '../envelope.ts';
import { parseElement, type XmlElement } from '../xml-tree.ts';
import { SIGNATURE_DEFAULTS, type SignatureConfig, type SignedPart } from './config.ts';
import { cutSignature } from './cut-signature.ts';
import { certificateOf, child } from './key-info.ts';
import { SECURITY, SecurityProblem, SIGNATURE, UTILITY } from './names.ts';
import type { SecuredMessage, Signer } from './open-security.ts';
import { checkTimestamp } from './timestamp.ts';
import { compileTrust, nameOf, type Trust } from './trust.ts';

/** Who signed it. Throws SecurityProblem. */
export type CheckSignature = (message: SecuredMessage) => Signer;

/** Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function compileSignatureCheck(
  config: SignatureConfig,
  option: string,
  context: AdapterContext,
): CheckSignature {
  const { parts = SIGNATURE_DEFAULTS.parts, sha1 = SIGNATURE_DEFAULTS.sha1 } = config;
  const { once = SIGNATURE_DEFAULTS.once } = config;
  const maxAge = parseDuration(config.maxAge ?? SIGNATURE_DEFAULTS.maxAge)!;
  const trust = compileTrust(config.trusted, `${option}.trusted`, context);
  return (message) => {
    if (message.attachments.length > 0) throw new SecurityProblem('FailedCheck', 'its attachments are not signed');
    const block = securityOf(message.header);
    const security = parseElement(block.xml);
    const { signer, signed, value } = verified(message.text, block.xml, security, { trust, sha1 });
    const envelope = parseElement(message.text);
    for (const part of parts) {
      for (const element of elementsOf(part, envelope, security, message)) {
        if (!signed.some((each) => same(each, element))) {
          throw new SecurityProblem('FailedCheck', `its ${element.local} is not what was signed`);
        }
      }
    }
    if (!parts.includes('timestamp')) return signer;
    const created = checkTimestamp(security, context.clock.now(), maxAge)!;
    return once ? { ...signer, once: { key: `signature ${value}`, until: created + maxAge } } : signer;
  };
}

/** The only one; there may be others for other actors. */
function securityOf(header: readonly HeaderBlock[]): HeaderBlock {
  const blocks = header.filter(({ uri, local, actor }) => uri === SECURITY && local === 'Security' && !actor);
  if (blocks.length === 1) return blocks[0]!;
  throw new SecurityProblem(
    'InvalidSecurity',
    blocks.length === 0 ? 'it has no security header' : 'it has several security headers',
  );
}

interface Verifying {
  readonly trust: Trust;
  readonly sha1: boolean;
}

interface Verified {
  readonly signer: Signer;
  /** Of the signature, in base64. */
  readonly value: string;
  /** What was digested, read again. */
  readonly signed: readonly XmlElement[];
}

/** How many elements one signature may cover: each costs a search of the whole message. */
const MOST_REFERENCES = 20;

function verified(text: string, securityXml: string, security: XmlElement, { trust, sha1 }: Verifying): Verified {
  const signatures = security.children.filter(({ uri, local }) => uri === SIGNATURE && local === 'Signature');
  const [signature] = signatures;
  if (!signature) throw new SecurityProblem('InvalidSecurity', 'it is not signed');
  if (signatures.length > 1) throw new SecurityProblem('InvalidSecurity', 'it is signed more than once');
  const references =
    child(signature, SIGNATURE, 'SignedInfo')?.children.filter(({ local }) => local === 'Reference') ?? [];
  if (references.length > MOST_REFERENCES) {
    throw new SecurityProblem('InvalidSecurity', `its signature covers more than ${MOST_REFERENCES} elements`);
  }
  const certificate = certificateOf(signature, security, trust.find);
  trust.check(certificate);
  const check = new SignedXml({ publicCert: certificate.publicKey });
  if (!sha1) forbidSha1(check);
  try {
    check.loadSignature(cutSignature(securityXml));
    if (!check.checkSignature(text)) throw new Error('what was signed has been changed');
    return {
      signer: { name: nameOf(certificate), certificate },
      value: signatureValue(check),
      signed: check.getSignedReferences().map(parseElement),
    };
  } catch (thrown) {
    const algorithm = /algorithm .* is not supported/i.test(reasonOf(thrown));
    throw new SecurityProblem(algorithm ? 'UnsupportedAlgorithm' : 'FailedCheck', reasonOf(thrown).replace(/\.$/, ''));
  }
}

/** The bytes that were verified, in base64: there may be others beside them, written otherwise. */
function signatureValue(check: SignedXml): string {
  const value: unknown = Reflect.get(check, 'signatureValue');
  if (typeof value !== 'string' || value === '') throw new Error('its signature has no value');
  return Buffer.from(value, 'base64').toString('base64');
}

function forbidSha1({ SignatureAlgorithms, HashAlgorithms }: SignedXml): void {
  Reflect.deleteProperty(SignatureAlgorithms, 'http://www.w3.org/2000/09/xmldsig#rsa-sha1');
  Reflect.deleteProperty(HashAlgorithms, 'http://www.w3.org/2000/09/xmldsig#sha1');
}

function elementsOf(
  part: SignedPart,
  envelope: XmlElement,
  security: XmlElement,
  { version }: SecuredMessage,
): XmlElement[] {
  const namespace = NAMESPACE_OF[version];
  if (part === 'body') {
    const bodies = envelope.children.filter(({ uri, local }) => uri === namespace && local === 'Body');
    if (bodies.length === 1) return bodies;
    throw new SecurityProblem('InvalidSecurity', 'it has not one body');
  }
  if (part === 'timestamp') {
    const stamps = security.children.filter(({ uri, local }) => uri === UTILITY && local === 'Timestamp');
    if (stamps.length === 1) return stamps;
    throw new SecurityProblem('InvalidSecurity', 'its security header has not one timestamp');
  }
  const header = child(envelope, namespace, 'Header');
  return (header?.children ?? []).filter(
    (each) => addressingVersionOf(each) !== undefined && /^(Action|MessageID|To)$/.test(each.local),
  );
}

/** Names, attributes and texts, all the way down. */
function same(one: XmlElement, other: XmlElement): boolean {
  return (
    one.uri === other.uri &&
    one.local === other.local &&
    one.text === other.text &&
    one.attributes.length === other.attributes.length &&
    one.attributes.every(({ uri, local, value }) =>
      other.attributes.some((each) => each.uri === uri && each.local === local && each.value === value),
    ) &&
    one.children.length === other.children.length &&
    one.children.every((each, index) => same(each, other.children[index]!))
  );
}

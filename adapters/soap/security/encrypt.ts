/**
 * Encrypts parts of envelopes for a certificate, by a key of each envelope's own. What was signed stays signed: the encrypted key comes
 * first in the security header, so that readers decrypt before they verify.
 */
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { pemText } from '../../shared/tls.ts';
import { escapeXml } from '../xml-reader.ts';
import { parseElement, type XmlElement } from '../xml-tree.ts';
import { CIPHERS, encryptContent } from './ciphers.ts';
import { ENCRYPT_DEFAULTS, type EncryptConfig, type EncryptedPart, type KeyReference } from './encryption-config.ts';
import { child } from './key-info.ts';
import { sealKey } from './key-transport.ts';
import { ENCRYPTION, SECURITY, SECURITY_11, SIGNATURE, THUMBPRINT, X509_PROFILE } from './names.ts';

/** The envelope with its parts encrypted. `to`: for whom, where the configuration names nobody. */
export type Encrypt = (envelope: string, to?: X509Certificate) => string;

const MESSAGE_SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0';
const KEY_TOKEN = 'http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#EncryptedKey';

/** Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function compileEncrypt(config: EncryptConfig, context: AdapterContext): Encrypt {
  const { cipher = ENCRYPT_DEFAULTS.cipher, keyTransport = ENCRYPT_DEFAULTS.keyTransport } = config;
  const { reference = ENCRYPT_DEFAULTS.reference, parts = ENCRYPT_DEFAULTS.parts } = config;
  const fixed = config.certificate === undefined ? undefined : recipient(config.certificate, context);

  return (text, to) => {
    const certificate = fixed ?? to;
    if (!certificate) throw new Error('nobody is known for whom the answer could be encrypted');
    const envelope = parseElement(text);
    const key = randomBytes(CIPHERS[cipher].keyLength);
    const id = `EK-${context.newId()}`;
    const ranges = parts.flatMap((part) => rangesOf(part, envelope, text));
    const sealed = ranges.map(({ start, end, type }) => {
      const name = `ED-${context.newId()}`;
      const bytes = encryptContent(cipher, key, Buffer.from(text.slice(start, end)));
      return { start, end, name, xml: encryptedData({ name, type, key: id, method: CIPHERS[cipher].uri, bytes }) };
    });
    const { method, bytes } = sealKey(keyTransport, certificate.publicKey, key);
    const names = sealed.map(({ name }) => name);
    const keyXml = encryptedKey({ id, method, info: NAMED[reference](certificate), bytes, names });
    return spliced(text, [...sealed, withKey(envelope, keyXml)]);
  };
}

function recipient(source: NonNullable<EncryptConfig['certificate']>, context: AdapterContext): X509Certificate {
  const text = pemText(source, 'encrypt.certificate', context);
  try {
    const certificate = new X509Certificate(text);
    const type = certificate.publicKey.asymmetricKeyType;
    if (type !== 'rsa') throw new Error(`its key is of the type ${type}, not RSA`);
    return certificate;
  } catch (thrown) {
    const reason = `encrypt.certificate cannot be used: ${reasonOf(thrown)}`;
    throw busError('ADAPTER_CONFIG', { name: context.name, reason }, { cause: thrown });
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly type: 'Content' | 'Element';
}

function rangesOf(part: EncryptedPart, envelope: XmlElement, text: string): Range[] {
  if (part === 'body') {
    const body = child(envelope, envelope.uri, 'Body');
    if (!body || body.inside === body.end) return [];
    return [{ start: body.inside, end: text.lastIndexOf('</', body.end - 1), type: 'Content' }];
  }
  const security = securityIn(envelope);
  const [uri, local] = part === 'signature' ? [SIGNATURE, 'Signature'] : [SECURITY, 'UsernameToken'];
  const element = security && child(security, uri, local);
  return element ? [{ start: element.start, end: element.end, type: 'Element' }] : [];
}

function securityIn(envelope: XmlElement): XmlElement | undefined {
  const header = child(envelope, envelope.uri, 'Header');
  return header && child(header, SECURITY, 'Security');
}

/** Where the encrypted key goes, and as what. */
function withKey(envelope: XmlElement, key: string): Splice {
  const security = securityIn(envelope);
  if (security) return { start: security.inside, end: security.inside, xml: key };
  const block = `<wsse:Security xmlns:wsse="${SECURITY}" xmlns:e="${escapeXml(envelope.uri)}" e:mustUnderstand="1">${key}</wsse:Security>`;
  const header = child(envelope, envelope.uri, 'Header');
  if (header && header.inside < header.end) return { start: header.inside, end: header.inside, xml: block };
  const whole = `<e:Header xmlns:e="${escapeXml(envelope.uri)}">${block}</e:Header>`;
  return header
    ? { start: header.start, end: header.end, xml: whole }
    : { start: envelope.inside, end: envelope.inside, xml: whole };
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly xml: string;
}

function spliced(text: string, splices: readonly Splice[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end, xml } of splices.toSorted((one, other) => one.start - other.start)) {
    pieces.push(text.slice(done, start), xml);
    done = end;
  }
  return pieces.join('') + text.slice(done);
}

interface Data {
  readonly name: string;
  readonly type: string;
  readonly key: string;
  readonly method: string;
  readonly bytes: Buffer;
}

const encryptedData = ({ name, type, key, method, bytes }: Data) =>
  `<xenc:EncryptedData xmlns:xenc="${ENCRYPTION}" Id="${name}" Type="${ENCRYPTION}${type}">` +
  `<xenc:EncryptionMethod Algorithm="${method}"/>` +
  `<ds:KeyInfo xmlns:ds="${SIGNATURE}"><wsse:SecurityTokenReference xmlns:wsse="${SECURITY}" xmlns:wsse11="${SECURITY_11}" wsse11:TokenType="${KEY_TOKEN}">` +
  `<wsse:Reference URI="#${key}"/></wsse:SecurityTokenReference></ds:KeyInfo>` +
  `${cipherData(bytes)}</xenc:EncryptedData>`;

interface Key {
  readonly id: string;
  readonly method: string;
  readonly info: string;
  readonly bytes: Buffer;
  readonly names: readonly string[];
}

function encryptedKey({ id, method, info, bytes, names }: Key): string {
  const references = names.map((name) => `<xenc:DataReference URI="#${name}"/>`).join('');
  return (
    `<xenc:EncryptedKey xmlns:xenc="${ENCRYPTION}" Id="${id}">${method}` +
    `<ds:KeyInfo xmlns:ds="${SIGNATURE}"><wsse:SecurityTokenReference xmlns:wsse="${SECURITY}">${info}</wsse:SecurityTokenReference></ds:KeyInfo>` +
    `${cipherData(bytes)}<xenc:ReferenceList>${references}</xenc:ReferenceList></xenc:EncryptedKey>`
  );
}

const cipherData = (bytes: Buffer) =>
  `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;

const identifier = (type: string, bytes: Buffer) =>
  `<wsse:KeyIdentifier EncodingType="${MESSAGE_SECURITY}#Base64Binary" ValueType="${type}">${bytes.toString('base64')}</wsse:KeyIdentifier>`;

const NAMED: Readonly<Record<KeyReference, (certificate: X509Certificate) => string>> = {
  thumbprint: ({ raw }) => identifier(THUMBPRINT, createHash('sha1').update(raw).digest()),
  certificate: ({ raw }) => identifier(`${X509_PROFILE}#X509v3`, raw),
  issuerSerial: ({ issuer, serialNumber }) =>
    `<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>${escapeXml(issuer.split('\n').toReversed().join(','))}</ds:X509IssuerName>` +
    `<ds:X509SerialNumber>${BigInt(`0x${serialNumber}`)}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>`,
};

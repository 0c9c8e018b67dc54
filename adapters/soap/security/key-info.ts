/** The certificate that a signature or an encrypted key names. Source: WS-Security X.509 Certificate Token Profile 1.0, section 3. */
import { createHash, X509Certificate } from 'node:crypto';
import type { XmlElement } from '../xml-tree.ts';
import { SECURITY, SecurityProblem, SIGNATURE, UTILITY } from './names.ts';
import { subjectKeyId } from './subject-key-id.ts';

/** One of those that are known. */
export type FindCertificate = (is: (certificate: X509Certificate) => boolean) => X509Certificate | undefined;

/** Throws SecurityProblem when there is none, or it is named in a way that is not known. */
export function certificateOf(signature: XmlElement, security: XmlElement, find: FindCertificate): X509Certificate {
  const info = child(signature, SIGNATURE, 'KeyInfo');
  const reference = info && child(info, SECURITY, 'SecurityTokenReference');
  const inside = reference ?? info;
  if (!inside) throw unknown('it names no certificate');
  const direct = reference && child(reference, SECURITY, 'Reference');
  if (direct) return tokenAt(attribute(direct, 'URI') ?? '', security);
  const identifier = child(inside, SECURITY, 'KeyIdentifier');
  if (identifier) return identified(identifier, find);
  const data = child(inside, SIGNATURE, 'X509Data');
  const whole = data && child(data, SIGNATURE, 'X509Certificate');
  if (whole) return decoded(whole.text);
  const issued = data && child(data, SIGNATURE, 'X509IssuerSerial');
  const serial = issued && child(issued, SIGNATURE, 'X509SerialNumber');
  if (serial) return bySerial(serial.text.trim(), find);
  throw unknown('it names its certificate in a way that is not known');
}

/** The token in the same header: exactly one may have that id. */
function tokenAt(uri: string, security: XmlElement): X509Certificate {
  const tokens = security.children.filter(
    (each) => each.uri === SECURITY && each.local === 'BinarySecurityToken' && `#${idOf(each)}` === uri,
  );
  const [token] = tokens;
  if (!token || tokens.length > 1) throw unknown(`there is no token ${uri}`);
  const type = attribute(token, 'ValueType') ?? '';
  if (!/#X509(v3|v1)?$/.test(type)) throw unknown(`a token of the type ${type} is not known`);
  return decoded(token.text);
}

function identified(identifier: XmlElement, find: FindCertificate): X509Certificate {
  const type = attribute(identifier, 'ValueType') ?? '';
  const value = identifier.text.replaceAll(/\s/g, '');
  if (/#X509v3$/.test(type)) return decoded(value);
  return named(find((certificate) => identifierOf(certificate, type) === value));
}

function identifierOf(certificate: X509Certificate, type: string): string | undefined {
  if (/#ThumbprintSHA1$/.test(type)) return createHash('sha1').update(certificate.raw).digest('base64');
  if (/#X509SubjectKeyIdentifier$/.test(type)) return subjectKeyId(certificate)?.toString('base64');
  throw unknown(`a key identifier of the type ${type} is not known`);
}

function named(certificate: X509Certificate | undefined): X509Certificate {
  if (certificate) return certificate;
  throw new SecurityProblem('FailedAuthentication', 'the certificate that it names is not trusted');
}

const bySerial = (serial: string, find: FindCertificate) =>
  named(find(({ serialNumber }) => BigInt(`0x${serialNumber}`).toString() === serial));

function decoded(text: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(text, 'base64'));
  } catch {
    throw new SecurityProblem('InvalidSecurityToken', 'its certificate cannot be read');
  }
}

const unknown = (reason: string) => new SecurityProblem('InvalidSecurityToken', reason);

export const child = ({ children }: XmlElement, uri: string, local: string) =>
  children.find((each) => each.uri === uri && each.local === local);

export const attribute = ({ attributes }: XmlElement, name: string) =>
  attributes.find(({ uri, local }) => uri === '' && local === name)?.value;

export const idOf = ({ attributes }: XmlElement) =>
  attributes.find(({ uri, local }) => local === 'Id' && (uri === UTILITY || uri === ''))?.value;

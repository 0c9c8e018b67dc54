/** The certificate that a signature names. Source: WS-Security X.509 Certificate Token Profile 1.0, section 3. */
import { createHash, X509Certificate } from 'node:crypto';
import type { XmlElement } from '../xml-tree.ts';
import { SECURITY, SecurityProblem, SIGNATURE, UTILITY } from './names.ts';
import type { Trust } from './trust.ts';

/** Throws SecurityProblem when there is none, or it is named in a way that is not known. */
export function certificateOf(signature: XmlElement, security: XmlElement, trust: Trust): X509Certificate {
  const info = child(signature, SIGNATURE, 'KeyInfo');
  const reference = info && child(info, SECURITY, 'SecurityTokenReference');
  const inside = reference ?? info;
  if (!inside) throw unknown('it names no certificate');
  const direct = reference && child(reference, SECURITY, 'Reference');
  if (direct) return tokenAt(attribute(direct, 'URI') ?? '', security);
  const identifier = child(inside, SECURITY, 'KeyIdentifier');
  if (identifier) return identified(identifier, trust);
  const data = child(inside, SIGNATURE, 'X509Data');
  const whole = data && child(data, SIGNATURE, 'X509Certificate');
  if (whole) return decoded(whole.text);
  const issued = data && child(data, SIGNATURE, 'X509IssuerSerial');
  const serial = issued && child(issued, SIGNATURE, 'X509SerialNumber');
  if (serial) return bySerial(serial.text.trim(), trust);
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

function identified(identifier: XmlElement, trust: Trust): X509Certificate {
  const type = attribute(identifier, 'ValueType') ?? '';
  const value = identifier.text.replaceAll(/\s/g, '');
  if (/#X509v3$/.test(type)) return decoded(value);
  if (!/#ThumbprintSHA1$/.test(type)) throw unknown(`a key identifier of the type ${type} is not known`);
  const found = trust.find(({ raw }) => createHash('sha1').update(raw).digest('base64') === value);
  if (found) return found;
  throw new SecurityProblem('FailedAuthentication', 'the certificate that it names is not trusted');
}

function bySerial(serial: string, trust: Trust): X509Certificate {
  const found = trust.find(({ serialNumber }) => BigInt(`0x${serialNumber}`).toString() === serial);
  if (found) return found;
  throw new SecurityProblem('FailedAuthentication', 'the certificate that it names is not trusted');
}

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

const attribute = ({ attributes }: XmlElement, name: string) =>
  attributes.find(({ uri, local }) => uri === '' && local === name)?.value;

const idOf = ({ attributes }: XmlElement) =>
  attributes.find(({ uri, local }) => local === 'Id' && (uri === UTILITY || uri === ''))?.value;

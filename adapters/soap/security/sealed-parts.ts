/**
 * What of an envelope is encrypted, and by which keys. Promises: encrypted data counts only where WS-Security has it (in the body, as a
 * header block, in the security header), only once, and only if a list of the security header refers to it.
 * Source: OASIS WSS SOAP Message Security 1.1, section 9.
 */
import { NAMESPACE_OF, type SoapVersion } from '../envelope.ts';
import { parseElement, type XmlElement } from '../xml-tree.ts';
import { attribute, child, idOf } from './key-info.ts';
import { ENCRYPTION, SECURITY, SECURITY_11, SecurityProblem, SIGNATURE } from './names.ts';

export interface SealedPart {
  /** The EncryptedData. */
  readonly data: XmlElement;
  /** What the plain text stands for: the EncryptedData, or the EncryptedHeader around it. */
  readonly place: XmlElement;
  /** EncryptedKeys that may open it. */
  readonly keys: readonly XmlElement[];
}

export interface SealedParts {
  readonly parts: readonly SealedPart[];
  readonly security: XmlElement;
  /** All that the body holds. */
  readonly wholeBody: boolean;
  /** The signature was made over what is encrypted: it comes first in the header. */
  readonly signedOutside: boolean;
}

const MOST_KEYS = 10;
const MOST_PARTS = 20;

/** Undefined where nothing is encrypted. Throws SecurityProblem. */
export function sealedPartsOf(text: string, version: SoapVersion): SealedParts | undefined {
  const envelope = parseElement(text);
  const found = dataIn(envelope);
  if (found.length === 0) return undefined;
  if (found.length > MOST_PARTS) throw invalid(`it has more than ${MOST_PARTS} encrypted parts`);
  const namespace = NAMESPACE_OF[version];
  const header = child(envelope, namespace, 'Header');
  const securities = (header?.children ?? []).filter(
    (each) => isNamed(each, SECURITY, 'Security') && !isForOthers(each),
  );
  const [security] = securities;
  if (!header || !security || securities.length > 1) throw invalid('it has not one security header');
  const body = child(envelope, namespace, 'Body');
  const known = lists(security);
  const places = placesIn(header, security, body);
  const parts = found.map((data) => {
    const place = places.get(data);
    if (!place) throw invalid('something is encrypted where nothing may be');
    return { data, place, keys: keysFor(data, known) };
  });
  checkReferences(known, parts);
  const signedOutside = isSignedOutside(security);
  if (signedOutside && parts.some(({ place }) => header.children.includes(place))) {
    throw invalid('a header block is encrypted in a way that no signature reaches');
  }
  return { parts, security, wholeBody: isSealed(body), signedOutside };
}

/** Whether anything is encrypted still. */
export const isAnythingSealed = (text: string) => dataIn(parseElement(text)).length > 0;

/** Not that which lies in other encrypted data. */
function dataIn(element: XmlElement): XmlElement[] {
  if (isNamed(element, ENCRYPTION, 'EncryptedData')) return [element];
  return element.children.flatMap(dataIn);
}

function placesIn(
  header: XmlElement,
  security: XmlElement,
  body: XmlElement | undefined,
): ReadonlyMap<XmlElement, XmlElement> {
  const direct = [...header.children, ...security.children].filter((each) =>
    isNamed(each, ENCRYPTION, 'EncryptedData'),
  );
  const wrapped = header.children
    .filter((each) => isNamed(each, SECURITY_11, 'EncryptedHeader'))
    .flatMap((place) => place.children.map((data) => [data, place] as const));
  const within = body ? dataIn(body) : [];
  return new Map([...[...direct, ...within].map((data) => [data, data] as const), ...wrapped]);
}

interface Lists {
  readonly keys: readonly XmlElement[];
  /** What each list refers to, and the key that it belongs to. */
  readonly references: readonly { readonly id: string; readonly key: XmlElement | undefined }[];
}

function lists(security: XmlElement): Lists {
  const keys = security.children.filter((each) => isNamed(each, ENCRYPTION, 'EncryptedKey'));
  if (keys.length > MOST_KEYS) throw invalid(`it has more than ${MOST_KEYS} encrypted keys`);
  const ids = keys.map(idOf).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) throw invalid('two of its encrypted keys have the same id');
  const holders = [...keys.map((key) => ({ holder: key, key })), { holder: security, key: undefined }];
  const references = holders.flatMap(({ holder, key }) =>
    holder.children
      .filter((each) => isNamed(each, ENCRYPTION, 'ReferenceList'))
      .flatMap(({ children }) => children.filter(({ local }) => local === 'DataReference'))
      .map((reference) => ({ id: attribute(reference, 'URI') ?? '', key })),
  );
  if (references.length > MOST_KEYS * MOST_PARTS) throw invalid('it has too many references to encrypted parts');
  return { keys, references };
}

function checkReferences({ references }: Lists, parts: readonly SealedPart[]): void {
  const ids = parts.map(({ data }) => `#${idOf(data) ?? ''}`);
  if (new Set(ids).size < ids.length) throw invalid('two of its encrypted parts have the same id');
  if (references.some(({ id }) => !ids.includes(id))) throw invalid('what it says is encrypted is not there');
  if (ids.some((id) => !references.some((each) => each.id === id))) {
    throw invalid('something is encrypted that its security header does not tell of');
  }
}

function keysFor(data: XmlElement, { keys, references }: Lists): readonly XmlElement[] {
  const info = child(data, SIGNATURE, 'KeyInfo');
  const inside = info && child(info, ENCRYPTION, 'EncryptedKey');
  if (inside) return [inside];
  const token = info && child(info, SECURITY, 'SecurityTokenReference');
  const direct = token && child(token, SECURITY, 'Reference');
  if (direct) return keys.filter((key) => `#${idOf(key)}` === attribute(direct, 'URI'));
  return references.flatMap(({ id, key }) => (id === `#${idOf(data)}` && key ? [key] : []));
}

const isSealed = (body: XmlElement | undefined) =>
  body?.children.length === 1 && isNamed(body.children[0]!, ENCRYPTION, 'EncryptedData') && body.text.trim() === '';

function isSignedOutside({ children }: XmlElement): boolean {
  const signature = children.find((each) => isNamed(each, SIGNATURE, 'Signature'));
  const list = children.find(
    (each) => isNamed(each, ENCRYPTION, 'ReferenceList') || child(each, ENCRYPTION, 'ReferenceList') !== undefined,
  );
  return signature !== undefined && list !== undefined && signature.start < list.start;
}

const isForOthers = ({ attributes }: XmlElement) =>
  attributes.some(({ uri, local, value }) => uri !== '' && /^(actor|role)$/.test(local) && value.trim() !== '');

const isNamed = (element: XmlElement, uri: string, local: string) => element.uri === uri && element.local === local;

const invalid = (reason: string) => new SecurityProblem('InvalidSecurity', reason);

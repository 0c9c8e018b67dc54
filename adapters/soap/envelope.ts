/** Reads SOAP envelopes, 1.1 and 1.2: header blocks by name, body elements as XML that stands alone. */
import { standAlone } from './stand-alone.ts';
import { escapeXml, readXml, type Tag, XmlProblem } from './xml-reader.ts';

export type SoapVersion = '1.1' | '1.2';

export interface QName {
  readonly uri: string;
  readonly local: string;
}

export interface HeaderBlock extends QName {
  readonly mustUnderstand: boolean;
  /** For whom it is, where it says so. */
  readonly actor: string | undefined;
  /** As XML that stands alone. */
  readonly xml: string;
}

export interface BodyElement extends QName {
  readonly xml: string;
}

export interface Envelope {
  readonly version: SoapVersion;
  readonly header: readonly HeaderBlock[];
  readonly body: readonly BodyElement[];
}

export const NAMESPACE_OF: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

/** An envelope, but of no SOAP version that is known. */
export class VersionProblem extends XmlProblem {}

export const emptyElement = ({ uri, local }: QName) =>
  uri === '' ? `<${local}/>` : `<a:${local} xmlns:a="${escapeXml(uri)}"/>`;

/** What stands in a body that is empty: node-soap takes no text for none. */
export const NOTHING = ' ';

export const nameOf = ({ uri, local }: QName) => (uri === '' ? local : `{${uri}}${local}`);

/** Throws XmlProblem when it is no envelope. */
export function readEnvelope(text: string): Envelope {
  const header: HeaderBlock[] = [];
  const body: BodyElement[] = [];
  let version: SoapVersion = '1.1';
  let section: string | undefined;
  let inherited: Record<string, string> = {};
  let around: Record<string, string> = {};
  let current: Tag | undefined;
  readXml(text, {
    open(tag) {
      if (tag.depth === 0) {
        version = versionOf(tag);
        around = { ...tag.declared };
      } else if (tag.depth === 1) {
        section = tag.uri === NAMESPACE_OF[version] ? tag.local : undefined;
        inherited = { ...around, ...tag.declared };
      } else if (tag.depth === 2) {
        if (section === 'Header' || section === 'Body') current = tag;
      }
    },
    close(depth, end) {
      if (depth !== 2 || !current) return;
      const { uri, local, start, declared } = current;
      const xml = standAlone({ text, start, end, declared, inherited });
      if (section === 'Header') header.push({ ...headerBlock(current, NAMESPACE_OF[version]), xml });
      else body.push({ uri, local, xml });
      current = undefined;
    },
  });
  return { version, header, body };
}

function versionOf({ uri, local }: Tag): SoapVersion {
  if (uri === NAMESPACE_OF['1.1'] && local === 'Envelope') return '1.1';
  if (uri === NAMESPACE_OF['1.2'] && local === 'Envelope') return '1.2';
  if (local === 'Envelope')
    throw new VersionProblem(`the envelope's namespace is ${uri || 'none'}, not that of SOAP 1.1 or 1.2`);
  throw new XmlProblem(`its root is ${nameOf({ uri, local })}, not a SOAP envelope`);
}

function headerBlock({ uri, local, attributes }: Tag, envelope: string): Omit<HeaderBlock, 'xml'> {
  const said = (name: string) =>
    Object.values(attributes)
      .find((attribute) => attribute.uri === envelope && attribute.local === name)
      ?.value.trim();
  const must = said('mustUnderstand');
  return { uri, local, mustUnderstand: must === '1' || must === 'true', actor: said('actor') ?? said('role') };
}

/** The root of a document, without what stands before and behind it. Throws XmlProblem. */
export function readRoot(text: string): BodyElement {
  let root: BodyElement | undefined;
  let start = 0;
  let name: QName = { uri: '', local: '' };
  readXml(text, {
    open(tag) {
      if (tag.depth > 0) return;
      start = tag.start;
      name = { uri: tag.uri, local: tag.local };
    },
    close(depth, end) {
      if (depth === 0) root = { ...name, xml: text.slice(start, end) };
    },
  });
  return root!;
}

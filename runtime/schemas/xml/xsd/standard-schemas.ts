/** Schemas of the W3C and others that contracts import and seldom bring along. A file of a contract comes before them. */
import { readFileSync } from 'node:fs';
import { SOAP_ENCODING, WSDL, XML } from '../namespaces.ts';
import { parseTree, type XmlNode } from './tree.ts';

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-';

/** By namespace, the file in standard/. */
const FILES: ReadonlyMap<string, string> = new Map([
  [XML, 'xml.xsd'],
  [WSDL, 'wsdl.xsd'],
  [SOAP_ENCODING, 'soap-encoding.xsd'],
  ['http://schemas.xmlsoap.org/soap/envelope/', 'soap-envelope.xsd'],
  ['http://www.w3.org/2003/05/soap-envelope', 'soap12-envelope.xsd'],
  ['http://www.w3.org/1999/xlink', 'xlink.xsd'],
  ['http://www.w3.org/2000/09/xmldsig#', 'xmldsig.xsd'],
  ['http://www.w3.org/2001/04/xmlenc#', 'xmlenc.xsd'],
  ['http://www.w3.org/2005/08/addressing', 'ws-addressing.xsd'],
  ['http://schemas.xmlsoap.org/ws/2004/08/addressing', 'ws-addressing-2004.xsd'],
  ['http://www.w3.org/2005/05/xmlmime', 'xmlmime.xsd'],
  ['http://www.w3.org/2004/08/xop/include', 'xop-include.xsd'],
  [`${WSS}utility-1.0.xsd`, 'wss-utility.xsd'],
  [`${WSS}secext-1.0.xsd`, 'wss-security.xsd'],
  ['http://schemas.microsoft.com/2003/10/Serialization/', 'microsoft-serialization.xsd'],
]);

export const isStandard = (namespace: string): boolean => FILES.has(namespace);

/** The root of the schema; undefined where there is none of that namespace. Throws Error where the installation is damaged. */
export function standardSchema(namespace: string): XmlNode | undefined {
  const name = FILES.get(namespace);
  if (name === undefined) return undefined;
  const { root } = parseTree(`standard/${name}`, readFileSync(new URL(`standard/${name}`, import.meta.url), 'utf8'));
  if (!root) throw new Error(`standard/${name} cannot be read`);
  return root;
}

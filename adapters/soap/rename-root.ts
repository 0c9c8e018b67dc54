/** Gives the root of an element another name and leaves all else as it was written. */
import { nameOf, type QName, readRoot } from './envelope.ts';
import { escapeXml } from './xml-reader.ts';

/** `xml` is one element that stands alone. The prefix is one that nobody else writes. */
export function renamedRoot(xml: string, name: QName): string {
  if (nameOf(readRoot(xml)) === nameOf(name)) return xml;
  const [declared, tag] =
    name.uri === '' ? ['', name.local] : [` xmlns:guildhall="${escapeXml(name.uri)}"`, `guildhall:${name.local}`];
  return xml.replace(/^<[^\s/>]+/, `<${tag}${declared}`).replace(/<\/[^\s<>]+\s*>\s*$/, `</${tag}>`);
}

/** Exclusive canonical XML without white space between elements: equal where two documents mean the same. */
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';

export function canonical(xml: string | Uint8Array): string {
  const document = XmlDocument.fromBuffer(Buffer.from(xml));
  try {
    const blank = '//text()[normalize-space(.)="" and (following-sibling::* or preceding-sibling::*)]';
    for (const node of document.find(blank)) (node as unknown as { remove(): void }).remove();
    return withoutPrefixes(document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 }));
  } finally {
    document.dispose();
  }
}

/** Prefixes are numbered in the order in which their namespaces appear. */
function withoutPrefixes(xml: string): string {
  const prefixes = new Map<string, string>();
  for (const [, prefix, uri] of xml.matchAll(/xmlns:([\w.-]+)="([^"]*)"/g)) prefixes.set(prefix!, uri!);
  for (const [, uri] of xml.matchAll(/ xmlns="([^"]*)"/g)) prefixes.set('', uri!);
  const renamed = xml
    .replace(/ xmlns(:[\w.-]+)?="[^"]*"/g, '')
    .replace(/(<\/?| (?=[\w.-]+:[\w.-]+="))(?:([\w.-]+):)?([\w.-]+)/g, (_, open, prefix = '', local) => {
      const uri = prefixes.get(prefix);
      return `${open}${uri === undefined ? '' : `{${uri}}`}${local}`;
    });
  return renamed;
}

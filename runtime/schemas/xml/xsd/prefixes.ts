/** The prefixes that written documents use: those of the schemas where they can be had. */
import { XML, XSD, XSI } from '../namespaces.ts';
import type { SchemaDocument } from './load-schemas.ts';
import type { XmlNode } from './tree.ts';

export interface Prefixes {
  /** `prefix:local`, or `local` alone where there is no namespace. */
  tag(uri: string, local: string): string;
  prefixOf(uri: string): string;
}

export function choosePrefixes(documents: readonly SchemaDocument[]): Prefixes {
  const byUri = new Map([
    [XML, 'xml'],
    [XSI, 'xsi'],
    [XSD, 'xs'],
  ]);
  const taken = new Set([...byUri.values(), 'xmlns']);
  const give = (uri: string, wanted: string) => {
    if (uri === '' || byUri.has(uri)) return;
    let prefix = wanted === '' || /^xml/i.test(wanted) ? 'ns' : wanted;
    for (let number = 1; taken.has(prefix); number += 1) prefix = `ns${number}`;
    taken.add(prefix);
    byUri.set(uri, prefix);
  };
  for (const { node } of documents) {
    for (let at: XmlNode | undefined = node; at; at = at.parent) {
      for (const [prefix, uri] of Object.entries(at.declared)) if (prefix !== '') give(uri, prefix);
    }
  }
  for (const { namespace } of documents) give(namespace, 'ns');
  const prefixOf = (uri: string) => {
    give(uri, 'ns');
    return byUri.get(uri)!;
  };
  return { prefixOf, tag: (uri, local) => (uri === '' ? local : `${prefixOf(uri)}:${local}`) };
}

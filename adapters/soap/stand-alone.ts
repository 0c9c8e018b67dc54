/** Cuts an element out of a document so that it stands alone: as it was written, with the namespaces that it took from around it. */
import { escapeXml } from './xml-reader.ts';

export interface Cut {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly declared: Readonly<Record<string, string>>;
  /** In scope around it, by prefix. */
  readonly inherited: Readonly<Record<string, string>>;
}

export function standAlone({ text, start, end, declared, inherited }: Cut): string {
  const xml = text.slice(start, end);
  const added = Object.entries(inherited)
    .filter(([prefix]) => !Object.hasOwn(declared, prefix) && prefix !== 'xml' && prefix !== 'xmlns')
    .filter(([prefix, uri]) => (prefix === '' ? uri !== '' : mentions(xml, prefix)))
    .map(([prefix, uri]) => ` xmlns${prefix && `:${prefix}`}="${escapeXml(uri)}"`);
  if (added.length === 0) return xml;
  const name = /^<[^\s/>]+/.exec(xml)![0];
  return `${name}${added.join('')}${xml.slice(name.length)}`;
}

/** As the prefix of a name, or of a name in a value such as xsi:type="xs:string". */
function mentions(xml: string, prefix: string): boolean {
  const sought = `${prefix}:`;
  for (let at = xml.indexOf(sought); at >= 0; at = xml.indexOf(sought, at + 1)) {
    if (!/[\w:.-]/.test(xml[at - 1] ?? '')) return true;
  }
  return false;
}

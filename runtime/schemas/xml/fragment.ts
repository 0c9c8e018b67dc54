/** Collects a piece of XML as text that stands on its own: every prefix that it uses is declared within it. */
import type { SaxesTagNS } from 'saxes';
import { escapeAttribute, escapeText } from './escape.ts';
import { XMLNS, XSI } from './namespaces.ts';
import type { ResolvePrefix } from './xsd/model.ts';

export class Fragment {
  text = '';
  depth = 0;
  readonly #declared: Record<string, string>[] = [];

  open(tag: SaxesTagNS, resolve: ResolvePrefix): void {
    const declared: Record<string, string> = { ...tag.ns };
    const need = (prefix: string) => {
      if (prefix === 'xml' || prefix === 'xmlns' || Object.hasOwn(declared, prefix)) return;
      if (this.#declared.some((outer) => Object.hasOwn(outer, prefix))) return;
      const uri = resolve(prefix);
      if (uri !== undefined && uri !== '') declared[prefix] = uri;
    };
    need(tag.prefix);
    let attributes = '';
    for (const { name, prefix, uri, local, value } of Object.values(tag.attributes)) {
      if (uri === XMLNS) continue;
      if (prefix !== '') need(prefix);
      if (uri === XSI && local === 'type') need(value.includes(':') ? value.slice(0, value.indexOf(':')) : '');
      attributes += ` ${name}="${escapeAttribute(value)}"`;
    }
    for (const [prefix, uri] of Object.entries(declared)) {
      attributes += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`;
    }
    this.text += `<${tag.name}${attributes}>`;
    this.#declared.push(declared);
    this.depth += 1;
  }

  characters(text: string): void {
    this.text += escapeText(text);
  }

  comment(text: string): void {
    this.text += `<!--${text}-->`;
  }

  close(name: string): void {
    this.text += `</${name}>`;
    this.#declared.pop();
    this.depth -= 1;
  }
}

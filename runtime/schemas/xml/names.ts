/**
 * What names are called in a written document: by the prefixes of the schemas, or, where the document came from XML, by those of its root
 * element. The default namespace of a root is kept where all elements have a namespace, for those without could not be told apart from it.
 */
import { escapeAttribute } from './escape.ts';
import { XML } from './namespaces.ts';
import type { Prefixes } from './xsd/prefixes.ts';

export interface NamesOptions {
  readonly prefixes: Prefixes;
  /** Of the root element as it came, prefix to namespace; undefined for a document that did not come from XML. */
  readonly came: Readonly<Record<string, string>> | undefined;
  /** All that a document may need, declared in any case where `came` is undefined. An empty one: there are elements without a namespace. */
  readonly reachable: ReadonlySet<string>;
}

export class Names {
  readonly #prefixes: Prefixes;
  readonly #came: ReadonlyMap<string, string>;
  /** Namespace to prefix, with and without the default one. */
  readonly #all = new Map<string, string>();
  readonly #prefixed = new Map<string, string>();
  readonly #added = new Map<string, string>();
  /** Whether elements may stand without a prefix. */
  readonly hasDefault: boolean;

  constructor({ prefixes, came = {}, reachable }: NamesOptions, byDefault: boolean) {
    this.#prefixes = prefixes;
    const kept = Object.entries(came).filter(([prefix]) => prefix !== 'xml' && (prefix !== '' || byDefault));
    this.#came = new Map(kept);
    this.hasDefault = (this.#came.get('') ?? '') !== '';
    for (const [prefix, uri] of kept) {
      if (uri === '') continue;
      if (prefix !== '' && !this.#prefixed.has(uri)) this.#prefixed.set(uri, prefix);
      if (prefix === '' || !this.#all.has(uri)) this.#all.set(uri, prefix);
    }
    if (this.#came.size === 0) for (const uri of reachable) if (uri !== '' && uri !== XML) this.#own(uri);
  }

  element(uri: string, local: string): string {
    return tagOf(uri === '' ? '' : (this.#all.get(uri) ?? this.#own(uri)), local);
  }

  /** Of an attribute: never by the default namespace. */
  attribute(uri: string, local: string): string {
    return tagOf(uri === '' ? '' : (this.#prefixed.get(uri) ?? this.#own(uri)), local);
  }

  /** What the root element declares, with a blank before each. */
  declarations(): string {
    return [...this.#came, ...this.#added]
      .map(([prefix, uri]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`)
      .join('');
  }

  #own(uri: string): string {
    if (uri === XML) return 'xml';
    let prefix = this.#prefixes.prefixOf(uri);
    while ((this.#came.get(prefix) ?? this.#added.get(prefix) ?? uri) !== uri) prefix += '_';
    this.#added.set(prefix, uri);
    return prefix;
  }
}

const tagOf = (prefix: string, local: string) => (prefix === '' ? local : `${prefix}:${local}`);

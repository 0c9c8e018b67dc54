/** What was built for a declaration, so that it is built once, however many ways lead to it. */
import type { Declaration } from './symbols.ts';
import type { XmlNode } from './tree.ts';

export class Declared<Built> {
  readonly #known = new Map<XmlNode, Map<string, Built>>();

  /** A declaration of a document without a namespace is another one in each namespace that includes it. */
  at({ node, document }: Declaration, build: () => Built): Built {
    const inNamespaces = this.#known.get(node) ?? new Map<string, Built>();
    this.#known.set(node, inNamespaces);
    const known = inNamespaces.get(document.namespace);
    if (known !== undefined) return known;
    const built = build();
    inNamespaces.set(document.namespace, built);
    return built;
  }
}

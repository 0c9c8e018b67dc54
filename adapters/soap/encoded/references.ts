/** href="#id" and enc:ref: values that are written once and referred to from several places. Cycles and floods are refused. */
import { XmlProblem } from '../xml-reader.ts';
import type { XmlElement } from '../xml-tree.ts';
import { ENCODING_12 } from './type-book.ts';

/** Elements that may come of references, so that a few hundred bytes cannot become gigabytes. */
const MOST = 100_000;
const DEEPEST = 256;

export interface Followed {
  readonly node: XmlElement;
  /** To be called once what lies in it was followed. */
  readonly done: () => void;
}

export class References {
  readonly #byId = new Map<string, XmlElement>();
  readonly #sizes = new Map<XmlElement, number>();
  readonly #open = new Set<XmlElement>();
  #copied = 0;

  /** Throws XmlProblem when two elements have one id. */
  constructor(body: readonly XmlElement[]) {
    for (const element of body) this.#collect(element);
  }

  #collect(element: XmlElement): number {
    const id = idOf(element);
    if (id !== undefined) {
      if (this.#byId.has(id)) throw new XmlProblem(`it has the id ${id} twice`);
      this.#byId.set(id, element);
    }
    const size = element.children.reduce((sum, child) => sum + this.#collect(child), 1);
    this.#sizes.set(element, size);
    return size;
  }

  /** What an element stands for: itself, or what it refers to. Throws XmlProblem. */
  follow(element: XmlElement): Followed {
    let node = element;
    const passed: XmlElement[] = [];
    for (let id = referred(node); id !== undefined; id = referred(node)) {
      const found = this.#byId.get(id);
      if (!found) throw new XmlProblem(`it refers to #${id}, which is not there`);
      if (this.#open.has(found)) throw new XmlProblem(`the element #${id} refers to itself`);
      this.#copied += this.#sizes.get(found)!;
      if (this.#copied > MOST) throw new XmlProblem(`its references lead to more than ${MOST} elements`);
      if (this.#open.size >= DEEPEST) throw new XmlProblem(`its references are nested more than ${DEEPEST} deep`);
      this.#open.add(found);
      passed.push(found);
      node = found;
    }
    const own = node === element && idOf(node) !== undefined && !this.#open.has(node);
    if (own) {
      this.#open.add(node);
      passed.push(node);
    }
    return {
      node,
      done: () => {
        for (const each of passed) this.#open.delete(each);
      },
    };
  }
}

function idOf({ attributes }: XmlElement): string | undefined {
  return attributes.find(({ uri, local }) => local === 'id' && (uri === '' || uri === ENCODING_12))?.value;
}

/** The id within this message; other hrefs, such as cid:, lead to attachments and stay. */
function referred({ attributes }: XmlElement): string | undefined {
  const href = attributes.find(({ uri, local }) => uri === '' && local === 'href')?.value;
  if (href?.startsWith('#')) return href.slice(1);
  const ref = attributes.find(({ uri, local }) => uri === ENCODING_12 && local === 'ref')?.value;
  return ref?.replace(/^#/, '');
}

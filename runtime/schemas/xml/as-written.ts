/**
 * How the objects of a document were written in XML, where their values do not tell: the order among repeated elements, numbers and blanks
 * as they were spelled, an xsi:type that says nothing new, prefixes, and where a schema lies. Kept beside the document as long as the object itself
 * lives, so that what passes through unchanged is written as it came; an object made or copied by a map has none.
 */
export class AsWritten {
  /** Of the root element: prefix to namespace. */
  prefixes: Readonly<Record<string, string>> | undefined;
  /** The keys of the children, one for each, as they came. */
  order: readonly string[] | undefined;
  /** `{namespace}name` of an xsi:type that is not among the values. */
  type: string | undefined;
  /** xsi:schemaLocation and xsi:noNamespaceSchemaLocation, by their local names. */
  readonly locations: (readonly [name: string, value: string])[] = [];
  /** An xsi:nil that is spelled otherwise than `true`. */
  nil: string | undefined;
  readonly #spellings = new Map<string, Spelling[]>();

  /** `index`: among the values of that key. */
  spell(key: string, index: number, spelling: Spelling): void {
    const known = this.#spellings.get(key) ?? [];
    this.#spellings.set(key, known);
    known[index] = spelling;
  }

  /** Undefined where another value stands there now, or where the value says all. */
  spelling(key: string, index: number, value: unknown): Spelling | undefined {
    const known = this.#spellings.get(key)?.[index];
    return known && Object.is(known.value, value) ? known : undefined;
  }
}

/** Of a plain value. */
export interface Spelling {
  readonly value: unknown;
  /** Undefined where the value is written as any other of its kind. */
  readonly text: string | undefined;
  /** `{namespace}name` of its xsi:type. */
  readonly type: string | undefined;
  readonly nil?: string | undefined;
}

const known = new WeakMap<object, AsWritten>();

export const keepAsWritten = (object: object, written: AsWritten): void => void known.set(object, written);

export const asWritten = (object: object): AsWritten | undefined => known.get(object);

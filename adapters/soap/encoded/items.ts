/** The items of a SOAP-encoded array, at their places: with an offset or positions there are gaps. Source: SOAP 1.1, section 5.4.2. */
import { XmlProblem } from '../xml-reader.ts';
import type { XmlElement } from '../xml-tree.ts';
import { isEncoding } from './type-book.ts';

const LONGEST = 100_000;

/** Undefined where an item was left out. Throws XmlProblem for a place that is none. */
export function itemsOf(array: XmlElement): readonly (XmlElement | undefined)[] {
  const items: (XmlElement | undefined)[] = [];
  let next = place(array, 'offset') ?? 0;
  for (const child of array.children) {
    const at = place(child, 'position') ?? next;
    if (items[at] !== undefined) throw new XmlProblem(`it has two items at position [${at}] of ${array.local}`);
    while (items.length < at) items.push(undefined);
    items[at] = child;
    next = at + 1;
  }
  return items;
}

function place({ attributes, local: name }: XmlElement, which: 'offset' | 'position'): number | undefined {
  const written = attributes.find(({ uri, local }) => isEncoding(uri) && local === which)?.value;
  if (written === undefined) return undefined;
  const [, digits] = /^\s*\[\s*(\d{1,9})\s*\]\s*$/.exec(written) ?? [];
  if (digits === undefined) throw new XmlProblem(`the ${which} ${written} of ${name} is not [n], the place in a list`);
  const at = Number(digits);
  if (at >= LONGEST) throw new XmlProblem(`the ${which} ${written} of ${name} is beyond ${LONGEST}`);
  return at;
}

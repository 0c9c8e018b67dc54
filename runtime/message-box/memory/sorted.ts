/** Things in an order of their own. Finding a place takes a binary search, so that a long list costs hardly more than a short one. */

export interface Sorted<T> {
  readonly items: readonly T[];
  add(item: T): void;
  /** Takes out what compares as equal. */
  remove(item: T): void;
}

/** `compare` must tell any two of them apart. */
export function createSorted<T>(compare: (a: T, b: T) => number): Sorted<T> {
  const items: T[] = [];

  /** Of the first that does not come before the item. */
  function indexOf(item: T): number {
    const last = items.at(-1);
    if (last === undefined || compare(last, item) < 0) return items.length;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    items,
    add: (item) => void items.splice(indexOf(item), 0, item),
    remove: (item) => {
      const index = indexOf(item);
      const found = items[index];
      if (found !== undefined && compare(found, item) === 0) items.splice(index, 1);
    },
  };
}

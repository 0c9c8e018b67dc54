/**
 * Keeps what was used last, up to a limit on the sum of sizes. Two generations: when the young one is half of the limit,
 * it becomes the old one, and what nobody used of the old one since is gone. That costs nothing per entry. What would fill
 * a generation by itself is not kept.
 */

export interface Cache<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
}

export function createCache<K, V>(limit: number, sizeOf: (value: V) => number): Cache<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();
  let size = 0;

  function set(key: K, value: V): void {
    const added = sizeOf(value);
    if (added > limit / 2) return;
    young.set(key, value);
    size += added;
    if (size < limit / 2) return;
    old = young;
    young = new Map();
    size = 0;
  }

  return {
    get: (key) => {
      const found = young.get(key);
      if (found !== undefined) return found;
      const older = old.get(key);
      if (older !== undefined) {
        old.delete(key);
        set(key, older);
      }
      return older;
    },
    set: (key, value) => {
      young.delete(key);
      old.delete(key);
      set(key, value);
    },
    delete: (key) => {
      young.delete(key);
      old.delete(key);
    },
  };
}

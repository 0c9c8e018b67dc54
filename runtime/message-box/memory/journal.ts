/** Remembers how to undo the changes of a transaction. */

export interface Journal {
  set<K, V>(map: Map<K, V>, key: K, value: V): void;
  delete<K, V>(map: Map<K, V>, key: K): void;
  push<T>(list: T[], value: T): void;
  remove<T>(list: T[], which: (value: T) => boolean): void;
  /** Something else was done, which `undo` takes back. */
  did(undo: () => void): void;
  /** The changes stay. */
  forget(): void;
  undo(): void;
}

export function createJournal(): Journal {
  let undoing: (() => void)[] = [];

  function remember<K, V>(map: Map<K, V>, key: K): void {
    if (!map.has(key)) {
      undoing.push(() => void map.delete(key));
      return;
    }
    const before = map.get(key)!;
    undoing.push(() => void map.set(key, before));
  }

  return {
    set: (map, key, value) => {
      remember(map, key);
      map.set(key, value);
    },
    delete: (map, key) => {
      remember(map, key);
      map.delete(key);
    },
    push: (list, value) => {
      list.push(value);
      undoing.push(() => void list.pop());
    },
    did: (undo) => void undoing.push(undo),
    remove: (list, which) => {
      const before = [...list];
      const kept = before.filter((value) => !which(value));
      if (kept.length === before.length) return;
      list.splice(0, list.length, ...kept);
      undoing.push(() => void list.splice(0, list.length, ...before));
    },
    forget: () => {
      undoing = [];
    },
    undo: () => {
      for (const step of undoing.reverse()) step();
      undoing = [];
    },
  };
}

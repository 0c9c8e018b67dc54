/**
 * The works system's own book: one entry for each reference of another system, whatever number of times it was called. With a
 * path it is kept there, and taken up again by the next works system: no number is given twice.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface Entry {
  readonly reference: string;
  readonly number: string;
  /** Keyed in by an agent on the phone before the bus ever called. */
  readonly byPhone: boolean;
  calls: number;
  cancelled: boolean;
  /** Updates that somebody accepted. */
  updates: number;
  /** Somebody is interested in updates. */
  followed: boolean;
}

export interface Book {
  find(reference: string): Entry | undefined;
  raise(reference: string, byPhone?: boolean): Entry;
  entries(): readonly Entry[];
  /** After changes of entries: writes them down. */
  keep(): void;
}

const FIRST_NUMBER = 4_200_001;

export function openBook(path?: string): Book {
  const kept = path !== undefined && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Entry[]) : [];
  const entries = new Map(kept.map((entry) => [entry.reference, entry]));
  return {
    find: (reference) => entries.get(reference),
    raise: (reference, byPhone = false) => {
      const number = String(FIRST_NUMBER + entries.size);
      const entry: Entry = { reference, number, byPhone, calls: 0, cancelled: false, updates: 0, followed: false };
      entries.set(reference, entry);
      return entry;
    },
    entries: () => [...entries.values()],
    keep: () => {
      if (path === undefined) return;
      writeFileSync(`${path}.new`, JSON.stringify([...entries.values()]));
      renameSync(`${path}.new`, path);
    },
  };
}

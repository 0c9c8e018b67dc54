/** The works system's own book: one entry for each reference of another system, whatever number of times it was called. */

export interface Entry {
  readonly reference: string;
  readonly number: string;
  /** Keyed in by an agent on the phone before the bus ever called. */
  readonly byPhone: boolean;
  calls: number;
  cancelled: boolean;
  /** Updates that somebody accepted. */
  updates: number;
  pushing: boolean;
}

export interface Book {
  find(reference: string): Entry | undefined;
  raise(reference: string, byPhone?: boolean): Entry;
  entries(): readonly Entry[];
}

const FIRST_NUMBER = 4_200_001;

export function openBook(): Book {
  const entries = new Map<string, Entry>();
  return {
    find: (reference) => entries.get(reference),
    raise: (reference, byPhone = false) => {
      const number = String(FIRST_NUMBER + entries.size);
      const entry: Entry = { reference, number, byPhone, calls: 0, cancelled: false, updates: 0, pushing: false };
      entries.set(reference, entry);
      return entry;
    },
    entries: () => [...entries.values()],
  };
}

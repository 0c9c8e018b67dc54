/** What the town was given, from the journals that its systems write. */
import { readJournal } from '../town/journal.ts';
import type { SystemName, Town } from '../town/town.ts';
import type { Arrival } from './evidence.ts';

interface Note {
  readonly strange?: string;
  readonly operation?: string;
  readonly reference?: string;
  readonly kind?: string;
  readonly account?: string;
  readonly key?: string;
}

export interface Arrived {
  /** In the order of each system. */
  readonly arrivals: readonly Arrival[];
  /** What a system did not understand. */
  readonly strange: readonly string[];
}

/** What of it came from the bus, and as what; undefined: nothing did. */
const READ: Partial<Record<SystemName, (note: Note) => Omit<Arrival, 'key'> | undefined>> = {
  works: ({ operation, reference }) =>
    operation === 'update' ? undefined : { end: `works ${operation}`, tag: reference ?? '' },
  'contact-centre': ({ kind, reference }) => ({ end: `contact-centre ${kind}`, tag: reference ?? '' }),
  county: ({ reference }) => ({ end: 'county report', tag: reference ?? '' }),
  'council-tax': ({ account }) =>
    account === undefined ? undefined : { end: 'council-tax acknowledgement', tag: account },
};

export function arrivedIn(town: Town): Arrived {
  const notes = Object.entries(READ).flatMap(([system, read]) =>
    readJournal<Note>(town.journal(system as SystemName)).map((note) => ({ system, note, read })),
  );
  const strange = notes.flatMap(({ system, note }) =>
    note.strange === undefined ? [] : [`${system}: ${note.strange}`],
  );
  const arrivals = notes.flatMap(({ note, read }): Arrival[] => {
    const found = note.strange === undefined ? read(note) : undefined;
    return found ? [{ ...found, key: note.key ?? 'none' }] : [];
  });
  return { arrivals, strange };
}

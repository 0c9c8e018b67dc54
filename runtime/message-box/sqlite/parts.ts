/**
 * The bytes of parts that are too large to lie in the row of their message: stored once however many messages share them;
 * small ones are read at once, large ones when opened.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Part, partOf } from '../../contracts/message.ts';
import type { PartAt, PartReference } from './message-row.ts';
import { latestSeq } from './statements.ts';

/** Up to this size (bytes) a part that is read from the file comes with its bytes. */
const INLINE = 65_536;

export interface Parts {
  /** Stores the bytes unless they are stored already. */
  put(part: Part): PartReference;
  at: PartAt;
  holds(part: Part): boolean;
  committed(): void;
  /** Forgets what was put since the last commit. */
  rolledBack(): void;
}

export function createParts(database: DatabaseSync): Parts {
  const insert = database.prepare('INSERT INTO parts (seq, bytes) VALUES (?, ?)');
  const select = database.prepare('SELECT bytes FROM parts WHERE seq = ?');
  /** By the bytes where they are at hand, so that parts which only differ in name share them too. */
  const stored = new WeakMap<object, number>();
  let pending: object[] = [];
  let latest = latestSeq(database, 'parts');

  const identity = (part: Part): object => part.bytes ?? part;

  function store(part: Part): number {
    latest += 1;
    insert.run(latest, part.bytes!);
    stored.set(identity(part), latest);
    pending.push(identity(part));
    return latest;
  }

  const read = (seq: number) => (select.get(seq) as { bytes: Uint8Array }).bytes;

  function lazily([name, contentType, size, seq]: Parameters<PartAt>[0]): Part {
    return {
      name,
      contentType,
      size,
      async *open() {
        yield read(seq);
      },
    };
  }

  return {
    put: (part) => {
      const seq = stored.get(identity(part)) ?? store(part);
      return [part.name, part.contentType, part.bytes?.byteLength ?? part.size ?? 0, seq];
    },
    at: (reference) => {
      const [name, contentType, size, seq] = reference;
      const part = size > INLINE ? lazily(reference) : partOf(read(seq), contentType, name);
      stored.set(identity(part), seq);
      return part;
    },
    holds: (part) => part.bytes !== undefined || stored.has(part),
    committed: () => {
      pending = [];
    },
    rolledBack: () => {
      for (const key of pending) stored.delete(key);
      pending = [];
    },
  };
}

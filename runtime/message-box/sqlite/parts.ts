/**
 * The bytes of parts that are too large to lie in the row of their message: stored once however many messages share them,
 * counted by references, and gone with the last. Small ones are read at once, large ones lie in chunks and are read one by
 * one when opened.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Part, partOf } from '../../contracts/message.ts';
import { busError } from '../../errors/bus-error.ts';
import { CHUNK } from '../chunks-of.ts';
import type { PartRef, PartTables } from '../part-tables.ts';
import { isStripped, strippedPart } from '../stripped-part.ts';
import { asStoreError } from './errors.ts';
import { type PartAt, type PartReference, STRIPPED } from './message-row.ts';
import { latestSeq } from './statements.ts';

/** Up to this size (bytes) a part that is read from the file comes with its bytes. */
const INLINE = 65_536;

export interface Parts extends PartTables {
  /** One more message refers to the part, whose bytes are stored unless they are stored already. */
  put(part: Part): PartReference;
  /** One message fewer refers to it. */
  drop(part: PartRef): void;
  at: PartAt;
  holds(part: Part): boolean;
  committed(): void;
  /** Forgets what was put since the last commit. */
  rolledBack(): void;
}

export function createParts(database: DatabaseSync): Parts {
  const insert = database.prepare('INSERT INTO parts (seq, bytes, refs) VALUES (?, ?, 1)');
  const stage = database.prepare("INSERT INTO parts (seq, bytes, staged_at) VALUES (?, x'', ?)");
  const addChunk = database.prepare('INSERT INTO chunks (part, number, bytes) VALUES (?, ?, ?)');
  const countChunk = database.prepare('UPDATE parts SET chunks = ? WHERE seq = ?');
  const take = database.prepare(
    'UPDATE parts SET refs = refs + 1, staged_at = NULL WHERE seq = ? AND (refs > 0 OR staged_at IS NOT NULL)',
  );
  const drop = database.prepare('UPDATE parts SET refs = refs - 1 WHERE seq = ?');
  const unstage = database.prepare('UPDATE parts SET staged_at = NULL WHERE seq = ? AND refs = 0');
  const refsOf = database.prepare('SELECT refs FROM parts WHERE seq = ?');
  const { read, whole } = createReader(database);
  /** By the bytes where they are at hand, so that parts which only differ in name share them too. */
  const stored = new WeakMap<object, PartRef>();
  let pending: object[] = [];
  let latest = latestSeq(database, 'parts');

  const identity = (part: Part): object => part.bytes ?? part;

  function store(part: Part): PartRef {
    latest += 1;
    insert.run(latest, part.bytes!);
    stored.set(identity(part), latest);
    pending.push(identity(part));
    return latest;
  }

  /** What was stored once may be gone by now, and is stored again where its bytes are at hand. */
  function refer(part: Part): PartRef {
    if (isStripped(part)) return STRIPPED;
    const known = stored.get(identity(part));
    if (known !== undefined && take.run(known).changes > 0) return known;
    if (part.bytes) return store(part);
    throw busError('STORE_FAILED', { reason: `the bytes of part ${part.name} are no longer stored` });
  }

  function lazily({ name, contentType }: Pick<Part, 'name' | 'contentType'>, size: number, seq: PartRef): Part {
    return { name, contentType, size, open: () => read(seq) };
  }

  function remember(part: Part, seq: PartRef): Part {
    stored.set(identity(part), seq);
    return part;
  }

  return {
    put: (part) => [part.name, part.contentType, part.bytes?.byteLength ?? part.size ?? 0, refer(part)],
    drop: (seq) => void drop.run(seq),
    at: ([name, contentType, size, seq]) => {
      if (seq === STRIPPED) return strippedPart({ name, contentType, size });
      const part = size > INLINE ? lazily({ name, contentType }, size, seq) : partOf(whole(seq), contentType, name);
      return remember(part, seq);
    },
    holds: (part) =>
      (part.bytes !== undefined && part.bytes.byteLength <= CHUNK) || stored.has(identity(part)) || isStripped(part),
    stagePart: (now) => {
      latest += 1;
      stage.run(latest, now);
      return latest;
    },
    addChunk: (seq, number, bytes) => {
      addChunk.run(seq, number, bytes);
      countChunk.run(number + 1, seq);
    },
    stagedPart: (seq, name, size) => remember(lazily(name, size, seq), seq),
    unstagePart: (seq) => {
      unstage.run(seq);
      return Number(refsOf.get(seq)?.['refs'] ?? 0) === 0;
    },
    sweepParts: createSweep(database),
    committed: () => {
      pending = [];
    },
    rolledBack: () => {
      for (const key of pending) stored.delete(key);
      pending = [];
    },
  };
}

function createReader(database: DatabaseSync) {
  const part = database.prepare('SELECT bytes, chunks FROM parts WHERE seq = ?');
  const chunk = database.prepare('SELECT bytes FROM chunks WHERE part = ? AND number = ?');

  /** What is asked for may have been removed since the message was read. */
  function found<T>(ask: () => unknown): T {
    const row = attempt(ask);
    if (row === undefined) throw busError('BODY_PURGED');
    return row as T;
  }

  async function* read(seq: PartRef): AsyncGenerator<Uint8Array> {
    const { bytes, chunks } = found<{ bytes: Uint8Array; chunks: number }>(() => part.get(seq));
    if (bytes.byteLength > 0) yield bytes;
    for (let number = 0; number < chunks; number += 1) {
      yield found<{ bytes: Uint8Array }>(() => chunk.get(seq, number)).bytes;
    }
  }

  return { read, whole: (seq: PartRef) => found<{ bytes: Uint8Array }>(() => part.get(seq)).bytes };
}

function attempt<T>(ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    throw asStoreError(thrown);
  }
}

/** From the last chunk of a part to its first, so that a part which is being removed is known by its row until the end. */
function createSweep(database: DatabaseSync): PartTables['sweepParts'] {
  const dead = database.prepare(
    'SELECT seq, chunks FROM parts WHERE refs = 0 AND (staged_at IS NULL OR staged_at < ?) ORDER BY seq LIMIT 1',
  );
  const chunks = database.prepare('DELETE FROM chunks WHERE part = ? AND number >= ?');
  const shorten = database.prepare('UPDATE parts SET chunks = ?, staged_at = NULL WHERE seq = ?');
  const remove = database.prepare('DELETE FROM parts WHERE seq = ?');
  return (stagedSince, limit) => {
    let removed = 0;
    while (removed < limit) {
      const part = dead.get(stagedSince) as { seq: PartRef; chunks: number } | undefined;
      if (!part) break;
      const kept = Math.max(0, part.chunks - (limit - removed));
      chunks.run(part.seq, kept);
      if (kept === 0) remove.run(part.seq);
      else shorten.run(kept, part.seq);
      removed += Math.max(1, part.chunks - kept);
    }
    return removed;
  };
}

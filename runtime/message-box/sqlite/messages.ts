/** The messages of the SQLite store. Those used last stay in memory, with their documents. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { TrackingEvent } from '../../contracts/events.ts';
import type { Message, Part } from '../../contracts/message.ts';
import type { PartTables } from '../part-tables.ts';
import type { PurgeTables } from '../purge-tables.ts';
import { responseToOf } from '../record.ts';
import type { MessageRef, Tables } from '../tables.ts';
import { createAging } from './aging.ts';
import { createCache } from './cache.ts';
import { APPENDED, encodeEvents } from './events.ts';
import { decodeMessage, encodeContext, type MessageRow, type PartReference, storedParts } from './message-row.ts';
import { createParts } from './parts.ts';
import { latestSeq } from './statements.ts';

type Stored = Pick<Tables, 'putMessage' | 'message' | 'release' | 'findMessage' | 'holds'>;
type Aging = Pick<PurgeTables, 'messagesAfter' | 'removeMessage' | 'stripMessage'>;

export interface Messages extends Stored, Aging, PartTables {
  ofRow(row: MessageRow): Message;
  committed(): void;
  rolledBack(): void;
}

const CACHED_BYTES = 64 * 1024 * 1024;
/** What a message takes in memory beside its bytes, roughly. */
const OVERHEAD = 6144;

export function createMessages(database: DatabaseSync): Messages {
  const insert = database.prepare(
    `INSERT INTO messages (seq, id, interchange, type, at, response_to, context, parts, body, events)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const replace = database.prepare(
    `UPDATE messages SET interchange = ?, type = ?, response_to = ?, context = ?, parts = ?, body = ?
     WHERE id = ? RETURNING seq`,
  );
  const tell = database.prepare(`UPDATE messages SET events = ${APPENDED} WHERE seq = ?`);
  const bySeq = database.prepare('SELECT * FROM messages WHERE seq = ?');
  const seqOf = database.prepare('SELECT seq FROM messages WHERE id = ?');
  const partsOf = database.prepare('SELECT parts FROM messages WHERE id = ?');
  const parts = createParts(database);
  const cache = createCache<MessageRef, Message>(CACHED_BYTES, sizeOf);
  const refs = createCache<string, MessageRef>(CACHED_BYTES / OVERHEAD, () => 1);
  let pending: MessageRef[] = [];
  let latest = latestSeq(database, 'messages');

  function remember(ref: MessageRef, message: Message): void {
    cache.set(ref, message);
    refs.set(message.id, ref);
  }

  function write(message: Message, at: number, events: readonly TrackingEvent[]): MessageRef {
    const { id, interchange, type = null } = message;
    const response = responseToOf(message) ?? null;
    const context = encodeContext(message.context);
    const references = JSON.stringify(message.parts.map(referenceTo));
    const body = bodyOf(message);
    const told = events.length === 0 ? null : `[${encodeEvents(events)}`;
    // biome-ignore format: the order of the columns
    const { changes } = insert.run(
      latest + 1, id, interchange, type, at, response, context, references, body, told,
    );
    if (changes === 0) return rewrite(id, [interchange, type, response, context, references, body], events);
    latest += 1;
    return latest;
  }

  function rewrite(id: string, values: SQLInputValue[], events: readonly TrackingEvent[]): MessageRef {
    for (const seq of storedParts(String(partsOf.get(id)!['parts']))) parts.drop(seq);
    const ref = Number(replace.get(...values, id)!['seq']);
    if (events.length > 0) tell.run(encodeEvents(events), ref);
    return ref;
  }

  function referenceTo(part: Part): PartReference {
    const { name, contentType, bytes } = part;
    return isSmall(part) ? [name, contentType, bytes!.byteLength] : parts.put(part);
  }

  function ofRow(row: MessageRow): Message {
    const cached = cache.get(row.seq);
    if (cached) return cached;
    const message = decodeMessage(row, parts.at);
    remember(row.seq, message);
    return message;
  }

  function forget(ref: MessageRef, id: string): void {
    cache.delete(ref);
    refs.delete(id);
  }

  const message = (ref: MessageRef) => cache.get(ref) ?? ofRow(bySeq.get(ref) as unknown as MessageRow);

  return {
    putMessage: (given, at, events) => {
      const ref = write(given, at, events);
      pending.push(ref);
      remember(ref, given);
      return ref;
    },
    message,
    release: (ref) => {
      const message = cache.get(ref);
      if (message) refs.delete(message.id);
      cache.delete(ref);
    },
    findMessage: (id) => {
      const ref = refs.get(id) ?? (seqOf.get(id)?.['seq'] as MessageRef | undefined);
      return ref === undefined ? undefined : message(ref);
    },
    ...parts,
    ...createAging(database, parts.drop, forget),
    ofRow,
    committed: () => {
      parts.committed();
      pending = [];
    },
    rolledBack: () => {
      parts.rolledBack();
      for (const ref of pending) {
        const undone = cache.get(ref);
        if (undone) refs.delete(undone.id);
        cache.delete(ref);
      }
      pending = [];
    },
  };
}

/** Up to this size (bytes) a part lies in the row of its message, though another may share it. */
const SMALL = 4096;

const isSmall = ({ bytes }: Part) => bytes !== undefined && bytes.byteLength <= SMALL;

function bodyOf({ parts }: Message): Uint8Array | null {
  const small = parts.filter(isSmall);
  return small.length === 0
    ? null
    : small.length === 1
      ? small[0]!.bytes!
      : Buffer.concat(small.map((part) => part.bytes!));
}

function sizeOf({ parts }: Message): number {
  return parts.reduce((sum, { bytes }) => sum + (bytes?.byteLength ?? 0), OVERHEAD);
}

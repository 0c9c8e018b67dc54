/** The messages of the SQLite store. Those used last stay in memory, with their documents. */
import type { DatabaseSync } from 'node:sqlite';
import type { Message } from '../../contracts/message.ts';
import { responseToOf } from '../record.ts';
import type { MessageRef, Tables } from '../tables.ts';
import { createCache } from './cache.ts';
import { decodeMessage, encodeContext, type MessageRow } from './message-row.ts';
import { createParts } from './parts.ts';
import { latestSeq } from './statements.ts';

type Stored = Pick<Tables, 'putMessage' | 'message' | 'findMessage' | 'holds'>;

export interface Messages extends Stored {
  ofRow(row: MessageRow): Message;
  committed(): void;
  rolledBack(): void;
}

const CACHED_BYTES = 64 * 1024 * 1024;
/** What a message takes in memory beside its bytes, roughly. */
const OVERHEAD = 2048;

export function createMessages(database: DatabaseSync): Messages {
  const insert = database.prepare(
    `INSERT INTO messages (seq, id, interchange, type, at, response_to, context, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
  );
  const replace = database.prepare(
    `UPDATE messages SET interchange = ?, type = ?, response_to = ?, context = ?, parts = ? WHERE id = ? RETURNING seq`,
  );
  const bySeq = database.prepare('SELECT * FROM messages WHERE seq = ?');
  const seqOf = database.prepare('SELECT seq FROM messages WHERE id = ?');
  const parts = createParts(database);
  const cache = createCache<MessageRef, Message>(CACHED_BYTES, sizeOf);
  const refs = createCache<string, MessageRef>(CACHED_BYTES / OVERHEAD, () => 1);
  let pending: MessageRef[] = [];
  let latest = latestSeq(database, 'messages');

  function remember(ref: MessageRef, message: Message): void {
    cache.set(ref, message);
    refs.set(message.id, ref);
  }

  function write(message: Message, at: number): MessageRef {
    const { id, interchange, type = null } = message;
    const values = [responseToOf(message) ?? null, encodeContext(message.context)] as const;
    const references = JSON.stringify(message.parts.map(parts.put));
    const { changes } = insert.run(latest + 1, id, interchange, type, at, ...values, references);
    if (changes === 0) return Number(replace.get(interchange, type, ...values, references, id)!['seq']);
    latest += 1;
    return latest;
  }

  function ofRow(row: MessageRow): Message {
    const cached = cache.get(row.seq);
    if (cached) return cached;
    const message = decodeMessage(row, parts.at);
    remember(row.seq, message);
    return message;
  }

  const message = (ref: MessageRef) => cache.get(ref) ?? ofRow(bySeq.get(ref) as unknown as MessageRow);

  return {
    putMessage: (given, at) => {
      const ref = write(given, at);
      pending.push(ref);
      remember(ref, given);
      return ref;
    },
    message,
    findMessage: (id) => {
      const ref = refs.get(id) ?? (seqOf.get(id)?.['seq'] as MessageRef | undefined);
      return ref === undefined ? undefined : message(ref);
    },
    holds: parts.holds,
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

function sizeOf({ parts }: Message): number {
  return parts.reduce((sum, { bytes }) => sum + (bytes?.byteLength ?? 0), OVERHEAD);
}

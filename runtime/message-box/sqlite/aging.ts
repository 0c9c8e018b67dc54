/** Messages of the SQLite store as the retention policy sees them, and what it does to them. */
import type { DatabaseSync } from 'node:sqlite';
import type { PurgeTables } from '../purge-tables.ts';
import type { MessageRef } from '../tables.ts';
import { type MessageRow, type PartReference, STRIPPED, storedParts } from './message-row.ts';

type Row = Pick<MessageRow, 'seq' | 'id' | 'type' | 'at' | 'parts'>;

/** `forget`: nothing in memory may stand for the message any more. */
export function createAging(
  database: DatabaseSync,
  drop: (part: number) => void,
  forget: (ref: MessageRef, id: string) => void,
): Pick<PurgeTables, 'messagesAfter' | 'removeMessage' | 'stripMessage'> {
  const after = database.prepare('SELECT seq, id, type, at, parts FROM messages WHERE seq > ? ORDER BY seq LIMIT ?');
  const select = database.prepare('SELECT seq, id, type, at, parts FROM messages WHERE seq = ?');
  const remove = database.prepare('DELETE FROM messages WHERE seq = ?');
  const history = database.prepare('DELETE FROM history WHERE message = ? AND instance IS NULL');
  const strip = database.prepare('UPDATE messages SET parts = ?, body = NULL WHERE seq = ?');

  function letGo(ref: MessageRef): Row {
    const row = select.get(ref) as unknown as Row;
    for (const seq of storedParts(row.parts)) drop(seq);
    forget(ref, row.id);
    return row;
  }

  return {
    messagesAfter: (ref, limit) =>
      (after.all(ref, limit) as unknown as Row[]).map(({ seq, id, type, at, parts }) => {
        return { ref: seq, id, type: type ?? undefined, at, hasBytes: referencesOf(parts).some(hasBytes) };
      }),
    removeMessage: (ref) => {
      history.run(letGo(ref).id);
      remove.run(ref);
    },
    stripMessage: (ref) => {
      const stripped = referencesOf(letGo(ref).parts).map(([name, contentType, size]) => {
        return size > 0 ? [name, contentType, size, STRIPPED] : [name, contentType, size];
      });
      strip.run(JSON.stringify(stripped), ref);
    },
  };
}

const referencesOf = (parts: string) => JSON.parse(parts) as PartReference[];

const hasBytes = ([, , size, seq]: PartReference) => size > 0 && seq !== STRIPPED;

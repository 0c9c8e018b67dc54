/** Messages from their rows. Those used last stay in memory, with their documents, for as long as nobody replaces them. */
import type { Message } from '../../contracts/message.ts';
import { createCache } from '../sqlite/cache.ts';
import { decodeMessage } from '../sqlite/message-row.ts';
import type { MessageRef } from '../tables.ts';
import { type StoredParts, wholeIn } from './parts.ts';
import type { VersionedRow } from './rows.ts';

export interface Messages {
  /** In the order of the rows. */
  decode(rows: readonly VersionedRow[]): Promise<readonly Message[]>;
  /** As it was stored for the first time. */
  stored(ref: MessageRef, message: Message): void;
  forget(ref: MessageRef): void;
}

const CACHED_BYTES = 64 * 1024 * 1024;
/** What a message takes in memory beside its bytes, roughly. */
const OVERHEAD = 2048;

interface Kept {
  readonly version: number;
  readonly message: Message;
}

export function createMessages(parts: StoredParts): Messages {
  const cache = createCache<MessageRef, Kept>(CACHED_BYTES, ({ message }) =>
    message.parts.reduce((sum, { bytes }) => sum + (bytes?.byteLength ?? 0), OVERHEAD),
  );

  function known({ seq, version }: VersionedRow): Message | undefined {
    const kept = cache.get(seq);
    return kept?.version === version ? kept.message : undefined;
  }

  return {
    decode: async (rows) => {
      const unknown = rows.filter((row) => !known(row));
      const whole = await parts.whole(unknown.flatMap((row) => wholeIn(row.parts)));
      return rows.map((row) => {
        const kept = known(row);
        if (kept) return kept;
        const message = decodeMessage(row, parts.at(whole));
        cache.set(row.seq, { version: row.version, message });
        return message;
      });
    },
    stored: (ref, message) => cache.set(ref, { version: 1, message }),
    forget: cache.delete,
  };
}

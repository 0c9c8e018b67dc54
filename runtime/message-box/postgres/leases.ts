/**
 * The leases that this process took, with their rows as they stood: settling them needs no look at the database, since the
 * write sees by the token that they still stand so. Messages under lease are at hand too.
 */
import type { Instant } from '../../contracts/clock.ts';
import type { Message } from '../../contracts/message.ts';
import type { DeliveryRow, MessageRef } from '../tables.ts';

export interface Leases {
  row(seq: number): DeliveryRow | undefined;
  message(ref: MessageRef): Message | undefined;
  add(row: DeliveryRow, message?: Message): void;
  remove(seq: number): void;
  all(): DeliveryRow[];
}

/** Leases that nobody settled are forgotten when there are so many more. */
const MANY = 10_000;

export function createLeases(latest: () => Instant): Leases {
  const rows = new Map<number, DeliveryRow>();
  const messages = new Map<MessageRef, { readonly message: Message; holders: number }>();
  let limit = MANY;

  function remove(seq: number): void {
    const row = rows.get(seq);
    if (!row) return;
    rows.delete(seq);
    const held = row.message === null ? undefined : messages.get(row.message);
    if (!held) return;
    held.holders -= 1;
    if (held.holders === 0) messages.delete(row.message!);
  }

  function prune(): void {
    for (const { seq, due } of rows.values()) if (due < latest()) remove(seq);
    limit = Math.max(MANY, 2 * rows.size);
  }

  return {
    row: (seq) => rows.get(seq),
    message: (ref) => messages.get(ref)?.message,
    add: (row, message) => {
      remove(row.seq);
      rows.set(row.seq, row);
      if (message && row.message !== null) {
        messages.set(row.message, { message, holders: (messages.get(row.message)?.holders ?? 0) + 1 });
      }
      if (rows.size > limit) prune();
    },
    remove,
    all: () => [...rows.values()],
  };
}

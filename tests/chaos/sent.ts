/** What senders have given to the bus so far, and what they were told. */
import type { Receipt } from './evidence.ts';

/** Changed by its sender as it learns more. */
export type Sending = { -readonly [K in keyof Receipt]: Receipt[K] } & { readonly at: number };

export interface Sent {
  add(sending: Omit<Sending, 'at' | 'accepted'>): Sending;
  /** What a sender was told that it should not have been. */
  strange(text: string): void;
  readonly all: ReadonlyMap<string, Sending>;
  readonly strangeAnswers: readonly string[];
}

export function openSent(): Sent {
  const all = new Map<string, Sending>();
  const strangeAnswers: string[] = [];
  return {
    all,
    strangeAnswers,
    add: (sending) => {
      const added: Sending = { ...sending, accepted: false, at: Date.now() };
      all.set(added.tag, added);
      return added;
    },
    strange: (text) => void strangeAnswers.push(text),
  };
}

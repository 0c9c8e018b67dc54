/** What the judge is given after a run: what senders were told, what the town received, and what the bus says of itself. */

/** What a sender gave to the bus, once or until it was taken. */
export interface Receipt {
  /** Found again in everything that comes of it: the id of a report or survey, the account of a line of council tax. */
  readonly tag: string;
  readonly kind: string;
  readonly channel: string;
  /** Its sender was told that it is safe: HTTP 2xx, taken out of the queue after a confirm, file moved away. */
  readonly accepted: boolean;
  /** Where it must have arrived when all is dry, as `<system> <what>`; `held`: nowhere, it waits for an operator. */
  readonly ends: readonly string[] | 'held';
  /** The bytes that must still be there, for one that is held because of what it says. */
  readonly body?: string;
  /** Given in this order, one after the other was accepted, within a lane. */
  readonly lane?: { readonly key: string; readonly place: number };
  /** It has begun something that waits for somebody outside. */
  readonly waits?: boolean;
  /** Answers that a sender got to the same words, where they must be the same. */
  readonly answers?: readonly string[];
}

/** Something that a system of the town was given. */
export interface Arrival {
  /** As in Receipt.ends. */
  readonly end: string;
  readonly tag: string;
  /** The idempotency key that came along. */
  readonly key: string;
}

/** Something that the bus has put aside, or an operator has ended. */
export interface Held {
  readonly tag: string | undefined;
  readonly message: string;
  readonly state: 'suspended' | 'terminated';
  readonly code: string;
  readonly reason: string;
  /** As received, where the message came from outside. */
  readonly body?: string;
}

export interface Process {
  readonly id: string;
  readonly tag: string | undefined;
  readonly status: 'running' | 'waiting' | 'suspended' | 'completed' | 'terminated';
  readonly subscriptions: number;
  readonly timers: number;
  readonly failure?: { readonly code: string; readonly reason: string };
}

export interface Evidence {
  readonly receipts: readonly Receipt[];
  /** In the order of each system. */
  readonly arrivals: readonly Arrival[];
  readonly held: readonly Held[];
  readonly processes: readonly Process[];
  /** Subscriptions in the MessageBox that belong to an instance: the instance's id. */
  readonly subscriptions: readonly string[];
  /** What systems could not understand. */
  readonly strange: readonly string[];
  /** What was seen while it ran: a port that stood still with another's endpoint, a bus that would not come back. */
  readonly seen: readonly Breach[];
  /** What was still under way when patience was at its end; empty when it ran dry. */
  readonly underWay: readonly string[];
}

export type Rule =
  | 'lost'
  | 'doubled'
  | 'disordered'
  | 'stray'
  | 'changed'
  | 'unexplained'
  | 'zombie'
  | 'stuck'
  | 'held up'
  | 'answered otherwise'
  | 'fell';

export interface Breach {
  readonly rule: Rule;
  readonly text: string;
  /** Whom it concerns: its history is printed. */
  readonly tag?: string;
}

/** The MessageBox: the durable store of messages, subscriptions, deliveries, instances, timers and history. */
import type { Instant } from './clock.ts';
import type { TrackingEvent } from './events.ts';
import type { Inspection } from './inspection.ts';
import type { Message } from './message.ts';
import type { Instance, Timer } from './orchestration.ts';
import type { Own, Owned, Owner } from './ownership.ts';
import type { Purge, Purged } from './retention.ts';
import type { Subscription } from './routing.ts';

export interface MessageBox {
  /**
   * The only write. One transaction: all of it happens or none of it does; resolves once it is durable. Rejects with
   * BusError OWNERSHIP_LOST (a name was taken over), LEASE_LOST (a lease was taken over), INSTANCE_STALE (a revision is not
   * the next one), WATERMARK_MOVED (one is not where it was thought to be), STORE_FULL, STORE_FAILED. May be called concurrently; concurrent units share a flush to disk but never each
   * other's failure.
   */
  commit(unit: Unit): Promise<Receipt>;
  /**
   * Takes up to `limit` ready deliveries of a subscriber, oldest first, where a priority makes a message count as older; none
   * of a subscriber that an operator has stopped. Whoever holds the lease alone may settle it;
   * after `leaseUntil` the delivery is ready again, for anyone. Deliveries of one instance are handed out one at a time,
   * in order, and not at all while it is suspended.
   */
  claim(request: Claim): Promise<readonly Delivery[]>;
  /**
   * Hands over deliveries for `subscriber` that commits of this process make, already leased, as soon as they are durable:
   * as many as `taker.reserve` allows. A short cut: what finds no room, or comes from elsewhere, waits for claims, and claims alone
   * must be correct. One taker a subscriber; a second one replaces the first. Returns a function that ends it.
   */
  handOver(subscriber: string, taker: Taker): () => void;
  /**
   * Takes what nobody holds or whose time is over, under a higher fence than before, and renews what this host holds, under
   * the same one. What another holds is left out of the answer. What is renewed is never held for a shorter time.
   */
  own(request: Own): Promise<readonly Owned[]>;
  /** Gives names up, so that anybody may take them at once. What another holds by now stays with that one. */
  disown(host: string, names: readonly string[], now: Instant): Promise<void>;
  /** Every name that was ever owned, and by whom; sorted by name. */
  owners(): Promise<readonly Owner[]>;
  /** Keeps leases longer. A lease that is no longer held is left out of the answer. */
  extend(leases: readonly string[], until: Instant): Promise<readonly string[]>;
  /** Stored messages by id, whatever their state; undefined where there is none. */
  read(ids: readonly string[]): Promise<readonly (Message | undefined)[]>;
  /** A deployed definition by its hash. */
  definition(hash: string): Promise<Definition | undefined>;
  /** The hash of the definition that was deployed last: what all hosts should run. */
  deployed(): Promise<string | undefined>;
  /**
   * Calls `listener` with a subscriber for whom work may be waiting, or with a word of WAKEUP. May be late, doubled or absent:
   * polling alone must be correct. Returns a function that ends it.
   */
  onWakeup(listener: (subscriber: string) => void): () => void;
  /**
   * One step of the retention policy, small enough not to hold up traffic: removes messages with their deliveries, history and
   * bytes, ended instances, old keys. Never a message of which a delivery is open or suspended, that a running instance refers
   * to, or whose answer a subscription awaits. Also removes bytes that a crash left without a message.
   */
  purge(request: Purge): Promise<Purged>;
  /**
   * Writes a whole copy, as the store is at one instant of the call, to a new file while work goes on. Rejects with
   * STORE_EXISTS or STORE_COPY_FAILED; then there is no such file. Absent where the store has tools of its own.
   */
  backup?(path: string): Promise<void>;
  readonly inspection: Inspection;
  /** Waits for what is under way; later calls reject with STORE_CLOSED. Safe twice. */
  close(): Promise<void>;
}

/** What is written together. The order of the fields is the order in which they take effect. */
export interface Unit {
  /** Passed in: no store reads a clock. */
  readonly now: Instant;
  /** What only the owner of these names may write: the unit is refused when another has taken one of them. */
  readonly owned?: readonly Owned[];
  /** The last of them becomes the current one. */
  readonly deploy?: readonly Definition[];
  /** Adds, or replaces those of the same id. Takes effect before `publish` of the same unit. */
  readonly subscribe?: readonly Subscription[];
  readonly unsubscribe?: readonly string[];
  readonly settle?: readonly Settlement[];
  readonly instances?: readonly Instance[];
  readonly timers?: readonly Timer[];
  /** Stored but not routed: messages that an instance constructed and holds by reference. */
  readonly keep?: readonly Message[];
  readonly publish?: readonly Publication[];
  /** Receipts that never reached routing. */
  readonly suspend?: readonly Suspension[];
  readonly operate?: readonly Operation[];
  /** How far sources have been read: together with what came of it, or not at all. */
  readonly watermarks?: readonly WatermarkChange[];
  readonly track?: readonly TrackingEvent[];
}

/** How far a source has been read. Texts that only whoever reads the source understands: a time, a number, a token. */
export interface WatermarkChange {
  /** Whose it is: of a receive location, the name of its subscriber. */
  readonly name: string;
  /** Where it was thought to be, null: nowhere yet. Elsewhere the unit is refused. Absent: wherever it is. */
  readonly from?: string | null;
  /** Null: it is forgotten. */
  readonly to: string | null;
}

/** A message on its way to subscribers: one delivery per matching subscription. */
export interface Publication {
  readonly message: Message;
  /** If any of these keys was seen before, nothing is published and the receipt names the first message. */
  readonly keys?: readonly DedupeKey[];
  /**
   * What becomes of it when no subscription matches. Default: suspended under subscriber `unrouted`, code NO_SUBSCRIBER.
   * `keep`: stored, and nothing more.
   */
  readonly unrouted?: 'suspend' | 'discard' | 'keep';
}

export interface DedupeKey {
  /** A receive port or location. */
  readonly scope: string;
  readonly key: string;
  /** One that was first seen before this does not count any more, and is taken anew. */
  readonly notBefore?: Instant;
}

/** A message that could not be published: kept as received under the subscriber that will take it up again on resume. */
export interface Suspension {
  readonly message: Message;
  readonly subscriber: string;
  readonly code: string;
  readonly reason: string;
  readonly resumable: boolean;
  readonly keys?: readonly DedupeKey[];
  /** If any subscription takes this, it is published in place of the suspension; under the message's id. */
  readonly report?: Message;
}

export interface Claim {
  readonly subscriber: string;
  readonly limit: number;
  readonly now: Instant;
  readonly leaseUntil: Instant;
}

/** Who takes deliveries as they are made. What it is asked must not throw, wait or call the store. `react` may throw. */
export interface Taker {
  /** How long (ms) a delivery that is handed over stays leased. */
  readonly lease: number;
  /** Within the commit: whether there is room for one more. If so it is kept until `take` or `release`. */
  reserve(): boolean;
  /** After the commit, to a kept place. */
  take(delivery: Delivery): void;
  /** A kept place is not needed: the commit was undone, or a reaction settles the delivery. */
  release(): void;
  /**
   * Within the commit, of a delivery to a kept place: what follows from it, where that can be told at once, without waiting. It is
   * written by the same commit, as though it had been committed right after. Changes nothing by itself: the commit may be undone.
   * Undefined, or when it throws or is refused: the delivery is handed over as usual. `read` finds stored messages by id. Stores may do without.
   */
  react?(delivery: Delivery, read: (id: string) => Message | undefined): Reaction | undefined;
}

export interface Reaction {
  /** Settles the delivery, and writes what follows. Its messages hold their bytes, none of them large. */
  readonly unit: Unit;
  /** It is durable; called before those who wait for the commit go on. Must not throw. */
  done?(receipt: Receipt): void;
}

/** Work for a subscriber: a message, a timer that is due, or an operator's signal to an instance. */
export interface Delivery {
  readonly id: string;
  /** Carries a fencing token: a lease taken over by another is refused at commit. */
  readonly lease: string;
  readonly subscriber: string;
  readonly subscription: string | undefined;
  /** 1 the first time. Counts claims since it was published or resumed. */
  readonly attempt: number;
  readonly work:
    | { readonly kind: 'message'; readonly message: Message }
    | { readonly kind: 'timer'; readonly timer: string }
    | { readonly kind: 'signal'; readonly signal: 'resumed' | 'cancelled' };
  /** The running instance that it is for. */
  readonly instance?: Instance;
  /** Of that one, or of the one that it is to start. */
  readonly instanceId?: string;
}

export type Settlement = { readonly lease: string } & (
  | { readonly as: 'done' }
  | { readonly as: 'retry'; readonly at: Instant; readonly code: string; readonly reason: string }
  /** Given back untouched: ready again in its old place, from `at` on where that is said, and the attempt does not count. */
  | { readonly as: 'release'; readonly at?: Instant }
  | { readonly as: 'suspend'; readonly code: string; readonly reason: string; readonly resumable: boolean }
);

/** An operator's action. */
export type Operation =
  /**
   * A suspended delivery becomes ready again; one under `unrouted` is matched anew; for one that is parked behind another,
   * that other is resumed. Rejects with NOT_RESUMABLE, NOT_SUSPENDED or NOT_FOUND.
   */
  | { readonly kind: 'resume'; readonly delivery: string }
  /** A delivery that is not final ends; the message stays on record. */
  | { readonly kind: 'terminate'; readonly delivery: string }
  /** A suspended instance gets the signal `resumed` before anything else that waits for it. */
  | { readonly kind: 'resume-instance'; readonly instance: string }
  /** The instance ends as terminated; its subscriptions and timers go in the same commit. */
  | { readonly kind: 'terminate-instance'; readonly instance: string }
  /** Nothing more is handed out to the subscriber, on any host, until it is started; what is under way goes on. Lasts. Safe twice. */
  | { readonly kind: 'stop'; readonly subscriber: string }
  | { readonly kind: 'start'; readonly subscriber: string };

export interface Receipt {
  /** One per publication, in order. `duplicateOf`: the message first seen under its key; then it was not stored. */
  readonly routed: readonly Routed[];
  /** One per suspension, in order. */
  readonly suspended: readonly { readonly message: string; readonly duplicateOf?: string }[];
}

export interface Routed {
  readonly message: string;
  readonly subscriptions: readonly string[];
  readonly duplicateOf?: string;
}

/** A deployed solution, content-addressed: `hash` is the digest of `content`. */
export interface Definition {
  readonly hash: string;
  readonly name: string;
  /** JSON: the files of the solution by path. */
  readonly content: string;
}

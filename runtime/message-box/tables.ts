/**
 * What a store must be able to keep. All of it is synchronous and happens inside a transaction; what the rows mean is
 * decided by the operations beside this file, once for all stores.
 */
import type { Instant } from '../contracts/clock.ts';
import type { TrackingEvent } from '../contracts/events.ts';
import type { Inspection, Stopped, Watermark } from '../contracts/inspection.ts';
import type { Message } from '../contracts/message.ts';
import type { DedupeKey, Definition } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import type { Order, Subscription } from '../contracts/routing.ts';

/** Names a stored message inside the store. */
export type MessageRef = number;

export type RowState = 'ready' | 'leased' | 'suspended' | 'done' | 'terminated';

/** A delivery: exactly one of message, timer and signal is set. */
export interface DeliveryRow {
  readonly seq: number;
  readonly message: MessageRef | null;
  readonly timer: string | null;
  readonly signal: string | null;
  readonly subscriber: string;
  readonly subscription: string | null;
  readonly instance: string | null;
  /** What is handed out one at a time, in order: the instance, or the key of an ordered subscription. */
  readonly lane: string | null;
  readonly state: RowState;
  readonly attempt: number;
  /** The fencing token: changes whenever the holder of the lease does. */
  readonly token: number;
  /**
   * The place in the lane of its instance: the time at which it became or becomes work; signals come first. In an ordered lane
   * 0, so that `seq` alone decides. Without a lane: `due` as it was at first.
   */
  readonly rank: number;
  /** From when it may be claimed, less what its priority is worth; of a leased one, until when the lease holds. */
  readonly due: Instant;
  readonly since: Instant;
  readonly code: string | null;
  readonly reason: string | null;
  readonly resumable: 0 | 1;
  /** Claims see it. Of the deliveries of one lane at most one is. */
  readonly exposed: 0 | 1;
  /**
   * Suspended out of an ordered lane: what that does to those behind it (see contracts/routing.ts), for as long as it lasts; of
   * `skip` until the first has passed it.
   */
  readonly gap: Order['onFailure'] | null;
}

/** One that is leased from the start is in its first attempt. */
export type NewDelivery = Omit<DeliveryRow, 'seq' | 'attempt' | 'token' | 'gap'>;
export type DeliveryChange = Partial<Omit<DeliveryRow, 'seq' | 'message' | 'timer' | 'signal'>>;

/** Held deliveries without a lane that are done, with the events that tell of it. */
export interface FinishedDelivery {
  readonly row: DeliveryRow;
  readonly events: readonly TrackingEvent[];
}

export interface StoredInstance {
  readonly instance: Instance;
  readonly startedAt: Instant;
  readonly changedAt: Instant;
}

export interface OwnerRow {
  readonly name: string;
  /** Null when it was given up. */
  readonly host: string | null;
  readonly fence: number;
  readonly since: Instant;
  readonly until: Instant;
}

export interface Tables {
  begin(): void;
  commit(): void;
  /** Also forgets whatever was remembered of what is undone. */
  rollback(): void;
  close(): void;

  definition(hash: string): Definition | undefined;
  /** One that is known already stays. */
  putDefinition(definition: Definition): void;
  /** The hash of the current definition. */
  current(): string | undefined;
  putCurrent(hash: string): void;

  owner(name: string): OwnerRow | undefined;
  putOwner(row: OwnerRow): void;
  /** By name. */
  owners(): OwnerRow[];

  isStopped(subscriber: string): boolean;
  /** One that is stopped already keeps its time. */
  putStopped(stopped: Stopped): void;
  removeStopped(subscriber: string): void;
  /** By subscriber. */
  stopped(): Stopped[];

  watermark(name: string): string | undefined;
  putWatermark(watermark: Watermark): void;
  removeWatermark(name: string): void;
  /** By name. */
  watermarks(): Watermark[];

  /** In the order in which they were first put. */
  subscriptions(): Subscription[];
  putSubscription(subscription: Subscription): void;
  removeSubscription(id: string): void;

  /**
   * A message of a known id replaces what was stored under it. Its parts hold their bytes, or came from this store. The
   * events are its history so far.
   */
  putMessage(message: Message, at: Instant, events: readonly TrackingEvent[]): MessageRef;
  message(ref: MessageRef): Message;
  /** Nobody is likely to ask for it soon. */
  release(ref: MessageRef): void;
  findMessage(id: string): Message | undefined;
  /** The part's bytes lie in this store already. */
  holds(part: Message['parts'][number]): boolean;
  /** The id of the first message under the key, unless that was before the key's `notBefore`. */
  keyOwner(key: DedupeKey): string | undefined;
  /** One that is known already stays. */
  putKey(key: DedupeKey, message: string, at: Instant): void;

  addDelivery(row: NewDelivery): DeliveryRow;
  delivery(seq: number): DeliveryRow | undefined;
  /** The events tell how it came to that; they are its message's history. */
  changeDelivery(row: DeliveryRow, change: DeliveryChange, events?: readonly TrackingEvent[]): void;
  /** Changes them like `changeDelivery`, all at once. Absent where that would save nothing. */
  finishDeliveries?(finished: readonly FinishedDelivery[], now: Instant): void;
  /** What was added, and put off since it may soon be changed, is written: at the end of each unit. Absent where nothing is put off. */
  writeDeliveries?(): void;
  /** Leases a row that `dueDeliveries` gave: its next attempt, under a new token. Returns the row as it then is. */
  leaseDelivery(row: DeliveryRow, until: Instant, now: Instant): DeliveryRow;
  removeDelivery(row: DeliveryRow): void;
  /** Exposed rows of a subscriber that are due, longest due first. */
  dueDeliveries(subscriber: string, now: Instant, limit: number): DeliveryRow[];
  /** Those of a lane that are ready or leased. */
  openDeliveries(lane: string): DeliveryRow[];
  exposedDelivery(lane: string): DeliveryRow | undefined;
  /** Those of a lane that bear a gap, by `seq`. */
  gaps(lane: string): DeliveryRow[];
  /** The open one of the lowest rank. */
  firstDelivery(lane: string): DeliveryRow | undefined;
  openTimer(instance: string, timer: string): DeliveryRow | undefined;
  deliveriesOf(message: MessageRef): DeliveryRow[];

  instance(id: string): StoredInstance | undefined;
  putInstance(instance: Instance, at: Instant): void;

  addEvent(event: TrackingEvent): void;

  /** `now`: the latest instant that the store has been told. */
  inspection(now: () => Instant): Inspection;
}

/** The columns of a delivery that every store has, in their order. */
export const DELIVERY_COLUMNS = [
  'seq',
  'message',
  'timer',
  'signal',
  'subscriber',
  'subscription',
  'instance',
  'lane',
  'state',
  'attempt',
  'token',
  'rank',
  'due',
  'since',
  'code',
  'reason',
  'resumable',
  'exposed',
] as const;

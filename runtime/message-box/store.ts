/** A store at work: its tables, the subscriptions in memory, and who is to be woken once it has committed. */
import type { Instant } from '../contracts/clock.ts';
import type { Delivery, Taker } from '../contracts/message-box.ts';
import { createMatcher, type Matcher } from './match.ts';
import type { Tables } from './tables.ts';

export interface Store {
  readonly tables: Tables;
  /** Mirrors the stored subscriptions. */
  readonly matcher: Matcher;
  /** Subscribers that got work which is ready now. */
  readonly woken: Set<string>;
  /** By subscriber: who takes deliveries as they are made. */
  readonly takers: Map<string, Taker>;
  /** Subscribers for whom something with a priority waits: nothing new may be handed over past it. */
  readonly urgent: Set<string>;
  /** Made by this transaction; their takers get them once it is durable. */
  readonly handed: Handed[];
  /** A transaction was undone: the mirror of the subscriptions is made anew before the next one. */
  stale: boolean;
}

export interface Handed {
  readonly taker: Taker;
  readonly delivery: Delivery;
  /** The same transaction has settled it already, and no place is kept for it: what is to be told of that. */
  readonly settled?: () => void;
}

export function createStore(tables: Tables): Store {
  const store: Store = {
    tables,
    matcher: createMatcher(),
    woken: new Set(),
    takers: new Map(),
    urgent: new Set(),
    handed: [],
    stale: true,
  };
  mirrorSubscriptions(store);
  return store;
}

export function begin(store: Store): void {
  store.tables.begin();
  if (store.stale) mirrorSubscriptions(store);
}

/** Undoes what the transaction did, in the tables and in memory. */
export function rollBack(store: Store): void {
  store.stale = true;
  store.woken.clear();
  takeBack(store.handed.splice(0));
  store.tables.rollback();
}

/** Places that were kept for deliveries which are not made. */
export function takeBack(handed: readonly Handed[]): void {
  for (const { taker, settled } of handed) if (!settled) taker.release();
}

export function wake(store: Store, subscriber: string, due: Instant, now: Instant): void {
  if (due <= now) store.woken.add(subscriber);
}

function mirrorSubscriptions(store: Store): void {
  const subscriptions = store.tables.subscriptions();
  store.matcher.clear();
  for (const subscription of subscriptions) store.matcher.add(subscription);
  store.stale = false;
}

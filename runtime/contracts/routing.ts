/** Who gets which message: predicates over promoted properties. */
import type { Scalar } from './message.ts';

/** An instance subscription (`instance` given) reaches that running instance; another starts something new. */
export interface Subscription {
  readonly id: string;
  readonly subscriber: string;
  readonly where: Predicate;
  readonly instance?: string;
  /** Deliveries are handed out one at a time, in the order of publishing: each waits until the one before it has ended. */
  readonly order?: Order;
  /** What it takes and what agrees in these properties goes to one instance, whoever publishes it and when. */
  readonly convoy?: Convoy;
}

/**
 * Messages that belong together before any instance is there to wait for them: the first one of a key starts an instance, and
 * until that closes the convoy all others of the key go to it. Subscriptions of one group share their keys.
 */
export interface Convoy {
  readonly group: string;
  /** Promoted properties whose values make the key; without any, all messages belong together. */
  readonly properties: readonly string[];
}

/** The id of the subscription that stands for an open convoy. */
export const convoyId = (group: string, values: readonly Scalar[]): string =>
  `convoy ${group} ${JSON.stringify(values)}`;

export const isConvoy = (subscription: string | undefined): boolean => subscription?.startsWith('convoy ') === true;

export interface Order {
  /**
   * The promoted property whose value makes the key: order is kept among messages of one value, and among those that lack it.
   * Without it, among all. All ordered subscriptions of one subscriber keep one order.
   */
  readonly by?: string;
  /**
   * What a suspended delivery does to those behind it of its key until it is resumed or terminated: they wait, they pass it
   * and the first of them is told of the gap, or they count as suspended too. It holds for deliveries that are suspended from
   * then on; keys that are stopped already stay so.
   */
  readonly onFailure: 'stop' | 'skip' | 'park';
}

/** OR of ANDs over promoted properties: the BizTalk filter. An empty predicate matches nothing; an empty AND everything. */
export type Predicate = readonly (readonly Condition[])[];

/**
 * A condition on an absent property is false, also for `!=`. `exists` needs no value. Values of different JavaScript
 * types are never equal and never ordered.
 */
export interface Condition {
  readonly property: string;
  readonly op: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'exists';
  readonly value?: Scalar;
}

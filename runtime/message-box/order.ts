/**
 * Ordered subscriptions. Deliveries of one key share a lane, which hands them out one at a time in the order of publishing.
 * One that is suspended leaves a gap there: `stop` and `park` hold those behind it, until it is resumed or terminated; at
 * `skip` they pass it, and the first that does is told so in its history. Nothing is written to those that are held: what
 * they are follows from the gap, so that a million of them cost what one costs.
 */
import type { Instant } from '../contracts/clock.ts';
import type { Message } from '../contracts/message.ts';
import type { Subscription } from '../contracts/routing.ts';
import { deliveryId } from './lease.ts';
import type { Store } from './store.ts';
import type { DeliveryRow, Tables } from './tables.ts';

/** One order for all subscriptions of a subscriber. Messages that lack the property which makes the key share a lane of their own. */
export function laneOf({ subscriber, order }: Subscription, { context }: Message): string {
  const key = order?.by === undefined ? undefined : context.get(order.by);
  return JSON.stringify(key?.promoted ? [subscriber, key.value] : [subscriber]);
}

/** What the suspension of a delivery does to those behind it. A subscription that is gone stops its keys: nothing goes out unasked. */
export function gapLeftBy(row: DeliveryRow, { matcher }: Pick<Store, 'matcher'>): DeliveryRow['gap'] {
  if (!isOrdered(row)) return null;
  const subscription = matcher.find(row.subscription ?? '');
  return subscription ? (subscription.order?.onFailure ?? null) : 'stop';
}

/** The suspended delivery that holds this one back; undefined when none does. */
export function holderOf(row: DeliveryRow, { gaps }: Pick<Tables, 'gaps'>): DeliveryRow | undefined {
  return mayBeHeld(row) ? holderAmong(gaps(row.lane!), row) : undefined;
}

/** Whether it is worth asking for the gaps of its lane. */
export const mayBeHeld = (row: DeliveryRow) => isOrdered(row) && row.state === 'ready' && row.exposed === 0;

/** Of the gaps of its lane, by `seq`, the first before it that holds. */
export function holderAmong(gaps: readonly DeliveryRow[], { seq }: { readonly seq: number }): DeliveryRow | undefined {
  return gaps.find((row) => holds(row) && row.seq < seq);
}

export const holds = ({ gap }: DeliveryRow) => gap === 'stop' || gap === 'park';

/** Whatever was skipped before this delivery is written into its history, once: it is the first to go out after it. */
export function recordSkipped(row: DeliveryRow, now: Instant, { tables }: Pick<Store, 'tables'>): void {
  if (!isOrdered(row) || row.message === null) return;
  for (const skipped of tables.gaps(row.lane!)) {
    if (skipped.gap !== 'skip' || skipped.seq > row.seq) continue;
    tables.changeDelivery(skipped, { gap: null });
    const data = { delivery: deliveryId(skipped.seq), subscriber: row.subscriber };
    tables.addEvent({ name: 'order-skipped', at: now, message: tables.message(row.message).id, data });
  }
}

const isOrdered = ({ lane, instance }: DeliveryRow) => lane !== null && instance === null;

/** Publishing: duplicates are recognised, the rest is stored and delivered to every subscription that matches. */
import type { Instant } from '../contracts/clock.ts';
import type { DedupeKey, Publication, Receipt, Routed, Suspension } from '../contracts/message-box.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';
import { deliver, hold } from './deliver.ts';
import type { UnitHistory } from './history.ts';
import type { Store } from './store.ts';

export function publish(publication: Publication, now: Instant, history: UnitHistory, store: Store): Routed {
  const { message, keys, unrouted } = publication;
  const events = history.take(message.id);
  const duplicateOf = firstOwner(keys, store);
  if (duplicateOf !== undefined) return { message: message.id, subscriptions: [], duplicateOf };
  const subscriptions = store.matcher.match(message.context);
  if (subscriptions.length === 0 && unrouted === 'discard') return { message: message.id, subscriptions: [] };
  const ref = store.tables.putMessage(message, now, events);
  claimKeys(keys, message.id, now, store);
  for (const subscription of subscriptions) deliver(ref, message, subscription, now, store);
  if (subscriptions.length === 0 && unrouted !== 'keep') {
    const { code, message: reason } = busError('NO_SUBSCRIBER', { type: message.type ?? '(none)' });
    hold(ref, { subscriber: subscriberOf.unrouted, code, reason, resumable: true }, now, store);
  }
  return { message: message.id, subscriptions: subscriptions.map(({ id }) => id) };
}

export function suspend(
  suspension: Suspension,
  now: Instant,
  history: UnitHistory,
  store: Store,
): Receipt['suspended'][number] {
  const { message, keys, report } = suspension;
  const events = history.take(message.id);
  const duplicateOf = firstOwner(keys, store);
  if (duplicateOf !== undefined) return { message: message.id, duplicateOf };
  const takers = report ? store.matcher.match(report.context) : [];
  const ref = store.tables.putMessage(takers.length > 0 ? report! : message, now, events);
  claimKeys(keys, message.id, now, store);
  if (takers.length > 0) {
    for (const taker of takers) deliver(ref, report!, taker, now, store);
    return { message: message.id };
  }
  hold(ref, suspension, now, store);
  return { message: message.id };
}

function firstOwner(keys: readonly DedupeKey[] = [], { tables }: Store): string | undefined {
  for (const key of keys) {
    const owner = tables.keyOwner(key);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function claimKeys(keys: readonly DedupeKey[] = [], message: string, now: Instant, { tables }: Store): void {
  for (const key of keys) tables.putKey(key, message, now);
}

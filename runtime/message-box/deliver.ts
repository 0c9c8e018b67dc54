/** New deliveries, and which delivery of an instance claims may see: at most one, in order, none while it is suspended. */
import type { Instant } from '../contracts/clock.ts';
import type { Subscription } from '../contracts/routing.ts';
import { type Store, wake } from './store.ts';
import type { DeliveryChange, DeliveryRow, MessageRef, NewDelivery } from './tables.ts';

/** Before everything else that waits for the instance. */
const SIGNAL_RANK = -1;

const blank = {
  message: null,
  timer: null,
  signal: null,
  subscription: null,
  instance: null,
  state: 'ready',
  code: null,
  reason: null,
  resumable: 0,
  exposed: 0,
} as const;

export function deliver(ref: MessageRef, { id, subscriber, instance }: Subscription, now: Instant, store: Store): void {
  const row = { ...blank, message: ref, subscriber, subscription: id, rank: now, due: now, since: now };
  if (instance === undefined) {
    store.tables.addDelivery({ ...row, exposed: 1 });
    store.woken.add(subscriber);
  } else {
    deliverToInstance({ ...row, instance }, now, store);
  }
}

export interface Held {
  readonly subscriber: string;
  readonly code: string;
  readonly reason: string;
  readonly resumable: boolean;
}

/** Keeps a message for an operator. */
export function hold(ref: MessageRef, { subscriber, code, reason, resumable }: Held, now: Instant, store: Store): void {
  const row = { ...blank, message: ref, subscriber, rank: now, due: now, since: now, code, reason };
  store.tables.addDelivery({ ...row, state: 'suspended', resumable: resumable ? 1 : 0 });
}

export interface Addressee {
  readonly id: string;
  readonly subscriber: string;
}

export function setTimer(instance: Addressee, timer: string, at: Instant, now: Instant, store: Store): void {
  const row = {
    ...blank,
    instance: instance.id,
    subscriber: instance.subscriber,
    timer,
    rank: at,
    due: at,
    since: now,
  };
  deliverToInstance(row, now, store);
}

export function signal(instance: Addressee, name: 'resumed', now: Instant, store: Store): void {
  const { id, subscriber } = instance;
  const row = { ...blank, instance: id, subscriber, signal: name, rank: SIGNAL_RANK, due: now, since: now };
  deliverToInstance(row, now, store);
}

function deliverToInstance(row: NewDelivery & { instance: string }, now: Instant, store: Store): void {
  store.tables.addDelivery(row);
  exposeNext(row.instance, now, store);
}

/** After any change to the deliveries or the status of an instance: lets claims see the one whose turn it is. */
export function exposeNext(instance: string, now: Instant, store: Store): void {
  const { tables } = store;
  const suspended = tables.instance(instance)?.instance.status === 'suspended';
  const current = tables.exposedDelivery(instance);
  if (current?.state === 'leased' && (!suspended || current.signal !== null)) return;
  const first = tables.firstDelivery(instance);
  const next = first && suspended && first.signal === null ? undefined : first;
  if (current?.seq === next?.seq) return;
  if (current) tables.changeDelivery(current, { ...hidden(current), exposed: 0 });
  if (!next) return;
  tables.changeDelivery(next, { exposed: 1 });
  wake(store, next.subscriber, next.due, now);
}

/** Whoever works for an instance that another step has suspended can no longer commit: the lease is taken back. */
function hidden({ state, token, rank }: DeliveryRow): DeliveryChange {
  return state === 'leased' ? { state: 'ready', token: token + 1, due: rank } : {};
}

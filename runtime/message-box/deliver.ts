/**
 * New deliveries, and which delivery of a lane claims may see: at most one, in order, none while its instance is suspended or
 * a gap holds the lane (order.ts).
 */
import type { Instant } from '../contracts/clock.ts';
import type { Message } from '../contracts/message.ts';
import { convoyId, type Subscription } from '../contracts/routing.ts';
import { instanceOf, toDelivery } from './claim.ts';
import { holderAmong, holds, laneOf } from './order.ts';
import { headStartOf } from './priority.ts';
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
  lane: null,
  state: 'ready',
  code: null,
  reason: null,
  resumable: 0,
  exposed: 0,
} as const;

export function deliver(ref: MessageRef, message: Message, matched: Subscription, now: Instant, store: Store): void {
  const to = convoyOf(matched, message, store);
  const { id, subscriber, instance } = to;
  const due = now - headStartOf(message);
  const row = { ...blank, message: ref, subscriber, subscription: id, rank: due, due, since: now };
  if (instance !== undefined) deliverToInstance({ ...row, instance, lane: instance, rank: now }, message, now, store);
  else if (to.order) deliverInOrder({ ...row, lane: laneOf(to, message), rank: 0 }, message, now, store);
  else if (!handOver(row, message, now, store)) offer(row, store);
}

/** The open convoy that the message belongs to; the first one of its key opens it, for the instance that it will start. */
function convoyOf(matched: Subscription, { id: message, context }: Message, store: Store): Subscription {
  const { tables, matcher } = store;
  const { convoy, subscriber } = matched;
  if (!convoy) return matched;
  const values = convoy.properties.flatMap((name) => context.get(name)?.value ?? []);
  if (values.length < convoy.properties.length) return matched;
  const id = convoyId(convoy.group, values);
  const open = matcher.find(id);
  if (open) return open;
  const opened = { id, subscriber, where: [], instance: unused(`${message}:${convoy.group}`, store) };
  matcher.add(opened);
  tables.putSubscription(opened);
  return opened;
}

/** At once where nothing else is under way or due before it; whatever was next, such as a timer that is not due, has its turn later. */
function deliverToInstance(row: InItsLane, message: Message, now: Instant, store: Store): void {
  const { tables } = store;
  const current = tables.exposedDelivery(row.lane);
  if (!isBefore(row, current, store) || !handOver(row, message, now, store)) deliverInLane(row, now, store);
  else if (current) tables.changeDelivery(current, { exposed: 0 });
}

function isBefore({ lane, rank }: InItsLane, current: DeliveryRow | undefined, { tables }: Store): boolean {
  if (current && (current.state === 'leased' || current.rank <= rank)) return false;
  return tables.instance(lane)?.instance.status !== 'suspended';
}

type InItsLane = NewDelivery & { readonly lane: string };

/** What opened a convoy may come again after the instance has ended that was named after it: resumed, or as late. */
function unused(name: string, { tables }: Store): string {
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? name : `${name}:${count}`;
    if (!tables.instance(id)) return id;
  }
}

/** A new one is the last of its lane, so it need not be compared with those before it. */
function deliverInOrder(row: InItsLane, message: Message, now: Instant, store: Store): void {
  const { tables } = store;
  const gaps = tables.gaps(row.lane);
  if (tables.exposedDelivery(row.lane) || gaps.some(holds)) tables.addDelivery(row);
  else if (gaps.length > 0 || !handOver(row, message, now, store)) offer(row, store);
}

function offer(row: NewDelivery, store: Store): void {
  store.tables.addDelivery({ ...row, exposed: 1 });
  store.woken.add(row.subscriber);
  if (isUrgent(row)) store.urgent.add(row.subscriber);
}

/** It was given a head start over others of its age. */
const isUrgent = ({ due, since }: Pick<NewDelivery, 'due' | 'since'>) => due < since;

/**
 * To a worker of this process that has room: leased from the start, so that nobody need claim it. Not past something with a
 * priority that waits already.
 */
function handOver(row: NewDelivery, message: Message, now: Instant, store: Store): boolean {
  const { subscriber } = row;
  const taker = store.takers.get(subscriber);
  if (!taker || store.urgent.has(subscriber) || store.tables.isStopped(subscriber) || !taker.reserve()) return false;
  const due = now + taker.lease;
  const held = store.tables.addDelivery({ ...row, state: 'leased', due, exposed: 1 });
  store.handed.push({
    taker,
    delivery: toDelivery(held, { kind: 'message', message }, instanceOf(held, store.tables)),
  });
  return true;
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
  deliverInLane({ ...blank, ...laneFor(instance), timer, rank: at, due: at, since: now }, now, store);
}

export function signal(instance: Addressee, name: 'resumed', now: Instant, store: Store): void {
  deliverInLane({ ...blank, ...laneFor(instance), signal: name, rank: SIGNAL_RANK, due: now, since: now }, now, store);
}

const laneFor = ({ id, subscriber }: Addressee) => ({ instance: id, lane: id, subscriber });

function deliverInLane(row: NewDelivery, now: Instant, store: Store): void {
  store.tables.addDelivery(row);
  exposeNext(row, now, store);
}

export type InLane = Pick<DeliveryRow, 'lane' | 'instance'>;

/** After any change to the deliveries of a lane or the status of its instance: lets claims see the one whose turn it is. */
export function exposeNext({ lane, instance }: InLane, now: Instant, store: Store): void {
  if (lane === null) return;
  const { tables } = store;
  const suspended = instance !== null && tables.instance(instance)?.instance.status === 'suspended';
  const current = tables.exposedDelivery(lane);
  if (current?.state === 'leased' && (!suspended || current.signal !== null)) return;
  const first = tables.firstDelivery(lane);
  const waits =
    first && (instance === null ? holderAmong(tables.gaps(lane), first) : suspended && first.signal === null);
  const next = waits ? undefined : first;
  if (current?.seq === next?.seq) return;
  if (current) tables.changeDelivery(current, { ...hidden(current), exposed: 0 });
  if (!next) return;
  tables.changeDelivery(next, { exposed: 1 });
  wake(store, next.subscriber, next.due, now);
  if (isUrgent(next)) store.urgent.add(next.subscriber);
}

/** Whoever works for an instance that another step has suspended can no longer commit: the lease is taken back. */
function hidden({ state, token, rank }: DeliveryRow): DeliveryChange {
  return state === 'leased' ? { state: 'ready', token: token + 1, due: rank } : {};
}

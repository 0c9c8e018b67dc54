/** What a unit will ask for, as far as it can be told from the unit; and whether it can be done without asking at all. */
import type { Message, Part } from '../../contracts/message.ts';
import type { DedupeKey, Operation, Unit } from '../../contracts/message-box.ts';
import { hasEnded } from '../end-instance.ts';
import { deliverySeq } from '../lease.ts';
import { laneOf } from '../order.ts';
import type { OwnerRow } from '../tables.ts';
import { placesFor } from './filing.ts';
import type { Leases } from './leases.ts';
import type { Mirror } from './mirror.ts';
import { ALL, dedupeKey, FEW, type Needs, needInstance, needLane, needTimer } from './needs.ts';
import { identityOf, type KnownParts } from './parts.ts';

export interface GatherSources {
  readonly mirror: Mirror;
  readonly leases: Leases;
  readonly known: KnownParts;
  readonly held: ReadonlyMap<string, OwnerRow>;
}

/** Sequence numbers for one message with its deliveries, roughly. */
const PER_MESSAGE = 4;

/** NaN for what is no lease. */
const seqOf = (lease: string) => deliverySeq(lease.slice(0, Math.max(0, lease.indexOf(':'))));

/** It only publishes, keeps, and settles what this process leased itself: the write sees whether all is as thought. */
export function isFast(unit: Unit, { mirror, leases, held }: GatherSources): boolean {
  const { instances, timers, operate, subscribe, unsubscribe, deploy, watermarks } = unit;
  const { settle = [], publish = [], owned = [] } = unit;
  if (
    [instances, timers, operate, subscribe, unsubscribe, deploy, watermarks].some((field) => field && field.length > 0)
  )
    return false;
  if (!settle.every(({ lease }) => leases.row(seqOf(lease))?.lane === null)) return false;
  if (!owned.every(({ name }) => held.has(name))) return false;
  return (
    mirror.names.size === 0 || publish.every(({ message }) => placesFor(message.context, mirror.names).length === 0)
  );
}

export function gather(unit: Unit, needs: Needs, sources: GatherSources): void {
  for (const { name } of unit.owned ?? []) needs.owners.add(name);
  for (const { name } of unit.watermarks ?? []) needs.watermarks.add(name);
  for (const { lease } of unit.settle ?? []) addDelivery(seqOf(lease), needs);
  for (const instance of unit.instances ?? []) {
    needInstance(needs, instance.id, hasEnded(instance) ? ALL : FEW);
    if (hasEnded(instance)) needs.subscriptionsOf.add(instance.id);
  }
  for (const { id, instance } of unit.timers ?? []) needTimer(needs, instance, id);
  for (const { id } of unit.subscribe ?? []) needs.subscriptions.add(id);
  for (const id of unit.unsubscribe ?? []) needs.subscriptions.add(id);
  for (const message of unit.keep ?? []) addMessage(message, undefined, needs, sources);
  for (const { message, keys } of unit.publish ?? []) {
    addMessage(message, keys, needs, sources);
    addRoutes(message, needs, sources);
  }
  for (const { message, keys, report } of unit.suspend ?? []) {
    addMessage(message, keys, needs, sources);
    if (report) addRoutes(report, needs, sources);
  }
  for (const operation of unit.operate ?? []) addOperation(operation, needs);
  needs.seqs += (unit.timers?.length ?? 0) + (unit.subscribe?.length ?? 0) + 2 * (unit.operate?.length ?? 0);
}

function addDelivery(seq: number, needs: Needs): void {
  if (!Number.isNaN(seq)) needs.deliveries.add(seq);
}

function addMessage(message: Message, keys: readonly DedupeKey[] = [], needs: Needs, { known }: GatherSources): void {
  needs.messageIds.add(message.id);
  for (const key of keys) needs.keys.set(dedupeKey(key), key);
  for (const part of message.parts) {
    const seq = known.get(identityOf(part));
    if (seq) needs.parts.add(seq);
  }
  needs.seqs += PER_MESSAGE;
}

function addRoutes({ context, ...message }: Message, needs: Needs, { mirror }: GatherSources): void {
  for (const place of placesFor(context, mirror.names)) needs.filed.add(place);
  for (const subscription of mirror.standing.match(context)) {
    if (subscription.order) needLane(needs, laneOf(subscription, { ...message, context }));
  }
}

function addOperation(operation: Operation, needs: Needs): void {
  if (operation.kind === 'resume-instance') needInstance(needs, operation.instance);
  if (operation.kind === 'terminate-instance') {
    needInstance(needs, operation.instance, ALL);
    needs.subscriptionsOf.add(operation.instance);
  }
  if (operation.kind !== 'resume' && operation.kind !== 'terminate') return;
  const seq = deliverySeq(operation.delivery);
  addDelivery(seq, needs);
  if (!Number.isNaN(seq)) needs.ended.add(seq);
}

/** Of the bodies at hand. */
export function bytesOf({ keep = [], publish = [], suspend = [] }: Unit): number {
  const messages = [...keep, ...[...publish, ...suspend].map(({ message }) => message)];
  const sizes = messages.flatMap(({ parts = [] }: { readonly parts?: readonly Part[] }) =>
    parts.map(({ bytes }) => bytes?.byteLength ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

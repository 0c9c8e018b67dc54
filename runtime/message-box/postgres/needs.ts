/**
 * What a batch of work must know of the database before it can be done. It is gathered beforehand as far as it can be told
 * from the units; what the work then asks for in vain is added, and the batch is done again.
 */
import type { DedupeKey } from '../../contracts/message-box.ts';
import type { PartRef } from '../part-tables.ts';
import type { MessageRef } from '../tables.ts';

/** How many of the first open deliveries of a lane are looked at, unless more are asked for. */
export const FEW = 4;
export const ALL = 1_000_000_000;

export interface Needs {
  /** Lane to the number of its first open deliveries. What is named here is locked, in one order for all hosts. */
  readonly lanes: Map<string, number>;
  readonly deliveries: Set<number>;
  /** Deliveries that may have ended. */
  readonly ended: Set<number>;
  readonly instances: Set<string>;
  readonly timers: Map<string, { readonly instance: string; readonly timer: string }>;
  readonly keys: Map<string, DedupeKey>;
  readonly messageIds: Set<string>;
  readonly messages: Set<MessageRef>;
  readonly deliveriesOf: Set<MessageRef>;
  /** Where instance subscriptions are filed. */
  readonly filed: Set<string>;
  readonly subscriptionsOf: Set<string>;
  readonly subscriptions: Set<string>;
  readonly owners: Set<string>;
  readonly watermarks: Set<string>;
  readonly parts: Set<PartRef>;
  /** How many new sequence numbers. */
  seqs: number;
}

export function createNeeds(): Needs {
  return {
    lanes: new Map(),
    deliveries: new Set(),
    ended: new Set(),
    instances: new Set(),
    timers: new Map(),
    keys: new Map(),
    messageIds: new Set(),
    messages: new Set(),
    deliveriesOf: new Set(),
    filed: new Set(),
    subscriptionsOf: new Set(),
    subscriptions: new Set(),
    owners: new Set(),
    watermarks: new Set(),
    parts: new Set(),
    seqs: 0,
  };
}

export function needLane({ lanes }: Needs, lane: string, depth = FEW): void {
  lanes.set(lane, Math.max(depth, lanes.get(lane) ?? 0));
}

/** An instance is its lane. */
export function needInstance(needs: Needs, id: string, depth = FEW): void {
  needs.instances.add(id);
  needLane(needs, id, depth);
}

export const timerKey = (instance: string, timer: string) => JSON.stringify([instance, timer]);
export const dedupeKey = ({ scope, key }: DedupeKey) => JSON.stringify([scope, key]);

export function needTimer(needs: Needs, instance: string, timer: string): void {
  needInstance(needs, instance);
  needs.timers.set(timerKey(instance, timer), { instance, timer });
}

type Missing = (needs: Needs) => void;
const MISSING = Symbol('missing');

/** Thrown by a working set that was asked for what it does not know. */
export function notLoaded(missing: Missing): Error {
  return Object.assign(new Error('This was not loaded.'), { [MISSING]: missing });
}

/** What is to be added to the needs; undefined for any other error. */
export function missingOf(thrown: unknown): Missing | undefined {
  return Error.isError(thrown) ? (thrown as { [MISSING]?: Missing })[MISSING] : undefined;
}

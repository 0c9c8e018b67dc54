/** What was read from the database for a batch, and what it answers. What it does not hold was not asked for. */
import type { Message } from '../../contracts/message.ts';
import type { PartRef } from '../part-tables.ts';
import type { DeliveryRow, MessageRef, OwnerRow, StoredInstance } from '../tables.ts';
import type { StoredSubscription } from './rows.ts';

export interface Loaded {
  /** Nothing was read: what is not known is taken to be new, and the write sees that it is. */
  readonly hopeful: boolean;
  /** Lane to the number of its first open deliveries that were asked for. */
  readonly lanes: ReadonlyMap<string, number>;
  readonly deliveries: ReadonlyMap<number, DeliveryRow>;
  /** Asked for, there or not. */
  readonly askedDeliveries: ReadonlySet<number>;
  readonly instances: ReadonlyMap<string, StoredInstance>;
  readonly timers: ReadonlySet<string>;
  readonly keys: ReadonlyMap<string, string | undefined>;
  readonly refs: ReadonlyMap<string, MessageRef | undefined>;
  readonly messages: ReadonlyMap<MessageRef, Message>;
  readonly deliveriesOf: ReadonlyMap<MessageRef, readonly DeliveryRow[]>;
  /** By place. */
  readonly filed: ReadonlyMap<string, readonly StoredSubscription[]>;
  readonly subscriptionsOf: ReadonlyMap<string, readonly StoredSubscription[]>;
  readonly subscriptions: ReadonlyMap<string, StoredSubscription | undefined>;
  readonly owners: ReadonlyMap<string, OwnerRow | undefined>;
  readonly watermarks: ReadonlyMap<string, string | undefined>;
  /** Whether messages may refer to a stored part: it is not about to be removed. */
  readonly parts: ReadonlyMap<PartRef, boolean>;
}

const NOTHING: ReadonlyMap<never, never> = new Map<never, never>();
const NONE: ReadonlySet<never> = new Set<never>();

export const HOPEFUL: Loaded = {
  hopeful: true,
  lanes: NOTHING,
  deliveries: NOTHING,
  askedDeliveries: NONE,
  instances: NOTHING,
  timers: NONE,
  keys: NOTHING,
  refs: NOTHING,
  messages: NOTHING,
  deliveriesOf: NOTHING,
  filed: NOTHING,
  subscriptionsOf: NOTHING,
  subscriptions: NOTHING,
  owners: NOTHING,
  watermarks: NOTHING,
  parts: NOTHING,
};

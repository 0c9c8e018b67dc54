/** What the memory store holds. */
import type { Instant } from '../../contracts/clock.ts';
import type { TrackingEvent } from '../../contracts/events.ts';
import type { Message } from '../../contracts/message.ts';
import type { Definition } from '../../contracts/message-box.ts';
import type { Subscription } from '../../contracts/routing.ts';
import type { DeliveryRow, MessageRef, StoredInstance } from '../tables.ts';
import type { Sorted } from './sorted.ts';

export interface StoredMessage {
  readonly message: Message;
  readonly at: Instant;
}

export interface Records {
  readonly definitions: Map<string, Definition>;
  readonly subscriptions: Map<string, { readonly subscription: Subscription; readonly order: number }>;
  readonly messages: Map<MessageRef, StoredMessage>;
  readonly refs: Map<string, MessageRef>;
  readonly keys: Map<string, { readonly message: string; readonly at: Instant }>;
  readonly deliveries: Map<number, DeliveryRow>;
  /** What claims see, by subscriber: they look at nothing else. */
  readonly exposed: Map<string, Sorted<DeliveryRow>>;
  /** By lane: the one that claims see, those that are ready or leased, and those that bear a gap. */
  readonly shown: Map<string, number>;
  readonly open: Map<string, Sorted<DeliveryRow>>;
  readonly gaps: Map<string, Sorted<DeliveryRow>>;
  readonly ofMessage: Map<MessageRef, Map<number, DeliveryRow>>;
  readonly instances: Map<string, StoredInstance>;
  readonly events: TrackingEvent[];
}

export function createRecords(): Records {
  return {
    definitions: new Map(),
    subscriptions: new Map(),
    messages: new Map(),
    refs: new Map(),
    keys: new Map(),
    deliveries: new Map(),
    exposed: new Map(),
    shown: new Map(),
    open: new Map(),
    gaps: new Map(),
    ofMessage: new Map(),
    instances: new Map(),
    events: [],
  };
}

export const isOpen = ({ state }: DeliveryRow) => state === 'ready' || state === 'leased';

/** What the memory store holds. */
import type { Instant } from '../../contracts/clock.ts';
import type { TrackingEvent } from '../../contracts/events.ts';
import type { Message } from '../../contracts/message.ts';
import type { Definition } from '../../contracts/message-box.ts';
import type { Subscription } from '../../contracts/routing.ts';
import type { DeliveryRow, MessageRef, StoredInstance } from '../tables.ts';

export interface StoredMessage {
  readonly message: Message;
  readonly at: Instant;
}

export interface Records {
  readonly definitions: Map<string, Definition>;
  readonly subscriptions: Map<string, { readonly subscription: Subscription; readonly order: number }>;
  readonly messages: Map<MessageRef, StoredMessage>;
  readonly refs: Map<string, MessageRef>;
  readonly keys: Map<string, string>;
  readonly deliveries: Map<number, DeliveryRow>;
  /** Deliveries that are ready or leased, by subscriber and by lane: claims look at nothing else. */
  readonly exposed: Map<string, Map<number, DeliveryRow>>;
  readonly open: Map<string, Map<number, DeliveryRow>>;
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
    open: new Map(),
    ofMessage: new Map(),
    instances: new Map(),
    events: [],
  };
}

export const isOpen = ({ state }: DeliveryRow) => state === 'ready' || state === 'leased';

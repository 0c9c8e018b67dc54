/** What operators may ask of the MessageBox. Reads only; sees what is committed. */
import type { Instant } from './clock.ts';
import type { TrackingEvent } from './events.ts';
import type { Message } from './message.ts';
import type { Instance } from './orchestration.ts';
import type { Subscription } from './routing.ts';

export type DeliveryState = 'ready' | 'leased' | 'waiting' | 'suspended' | 'done' | 'terminated';

/**
 * A delivery as an operator sees it. `waiting`: a retry or timer whose time has not come, or one that waits behind a suspended
 * one of its key (code ORDER_STOPPED). One that is parked behind another is `suspended` (code ORDER_PARKED).
 */
export interface DeliveryRecord {
  readonly id: string;
  readonly message: string | undefined;
  readonly messageType: string | undefined;
  readonly subscriber: string;
  readonly subscription: string | undefined;
  readonly instance: string | undefined;
  readonly state: DeliveryState;
  readonly attempt: number;
  readonly dueAt: Instant | undefined;
  readonly code: string | undefined;
  readonly reason: string | undefined;
  readonly resumable: boolean;
  /** When it was published or last changed state. */
  readonly since: Instant;
}

export interface MessageRecord {
  readonly message: Message;
  readonly at: Instant;
  readonly deliveries: readonly DeliveryRecord[];
  readonly history: readonly TrackingEvent[];
}

export interface InstanceRecord {
  readonly instance: Instance;
  readonly startedAt: Instant;
  readonly changedAt: Instant;
  readonly waitingFor: readonly Subscription[];
  readonly timers: readonly { readonly id: string; readonly at: Instant }[];
  readonly history: readonly TrackingEvent[];
}

export interface MessageQuery {
  readonly type?: string;
  readonly receivePort?: string;
  /** A promoted property and the value that it must have. */
  readonly property?: { readonly name: string; readonly value: string };
  readonly limit: number;
  /** Only messages older than this id, for paging; newest come first. */
  readonly before?: string;
  /** None that was stored before the last one of an earlier time than this. */
  readonly since?: Instant;
}

export interface DeliveryQuery {
  readonly state?: DeliveryState;
  readonly subscriber?: string;
  readonly code?: string;
  /** All but those with this code. */
  readonly withoutCode?: string;
  readonly message?: string;
  readonly limit: number;
  readonly before?: string;
}

export interface InstanceQuery {
  readonly program?: string;
  readonly status?: Instance['status'];
  readonly limit: number;
  readonly before?: string;
}

export interface Counts {
  readonly messages: number;
  readonly deliveries: readonly {
    readonly subscriber: string;
    readonly state: DeliveryState;
    readonly count: number;
  }[];
  readonly suspended: readonly { readonly subscriber: string; readonly code: string; readonly count: number }[];
  readonly instances: readonly {
    readonly program: string;
    readonly status: Instance['status'];
    readonly count: number;
  }[];
}

export interface Stopped {
  readonly subscriber: string;
  readonly since: Instant;
}

export interface Watermark {
  readonly name: string;
  readonly value: string;
  /** When it was moved here. */
  readonly at: Instant;
}

export interface Inspection {
  counts(now: Instant): Promise<Counts>;
  messages(query: MessageQuery): Promise<readonly { readonly message: Message; readonly at: Instant }[]>;
  message(id: string): Promise<MessageRecord | undefined>;
  deliveries(query: DeliveryQuery, now: Instant): Promise<readonly DeliveryRecord[]>;
  instances(query: InstanceQuery): Promise<readonly InstanceRecord[]>;
  instance(id: string): Promise<InstanceRecord | undefined>;
  subscriptions(): Promise<readonly Subscription[]>;
  /** Subscribers that an operator has stopped, and since when; by name. */
  stopped(): Promise<readonly Stopped[]>;
  /** How far sources have been read; by name. */
  watermarks(): Promise<readonly Watermark[]>;
  /**
   * Of each subscriber that something waits for: when that was stored which has been in line the longest, among those that are
   * next in line. What is suspended is in no line.
   */
  inLineSince(subscribers: readonly string[]): Promise<ReadonlyMap<string, Instant>>;
  /** The first message whose bus.responseTo is `message`. */
  responseTo(message: string): Promise<Message | undefined>;
}

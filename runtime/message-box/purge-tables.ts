/** What a store must be able to tell and remove for the retention policy. Synchronous and inside a transaction. */
import type { Instant } from '../contracts/clock.ts';
import type { Instance } from '../contracts/orchestration.ts';
import type { MessageRef } from './tables.ts';

export interface AgedMessage {
  readonly ref: MessageRef;
  readonly id: string;
  readonly type: string | undefined;
  readonly at: Instant;
  /** Bytes of it are stored. */
  readonly hasBytes: boolean;
}

export interface AgedInstance {
  /** The place in the order in which they started. */
  readonly seq: number;
  readonly instance: Pick<Instance, 'id' | 'status' | 'messages'>;
  readonly changedAt: Instant;
}

export interface PurgeTables {
  /** Those stored after the one given, in the order in which they were stored. */
  messagesAfter(ref: MessageRef, limit: number): AgedMessage[];
  /** With its deliveries, its history and its references to parts. */
  removeMessage(ref: MessageRef): void;
  /** Its bytes go; the rest of it stays. */
  stripMessage(ref: MessageRef): void;
  /** In the order in which they started. */
  instancesAfter(seq: number, limit: number): AgedInstance[];
  /** With its history and what is left of its timers and signals. */
  removeInstance(id: string): void;
  /** Dedupe keys first seen before then. Returns how many. */
  removeKeys(before: Instant, limit: number): number;
  countKeys(before: Instant): number;
}

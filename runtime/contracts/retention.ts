/** Retention: how long what is final stays on record, and how it goes. */
import type { Instant } from './clock.ts';

/** Milliseconds since the last delivery of a message ended, since an instance ended, since a key was first seen. */
export interface Retention {
  /** Messages whose deliveries are all done, or that had none. */
  readonly delivered: number;
  /** Messages of which a delivery was terminated. */
  readonly terminated: number;
  /** By message type, in place of the two above. */
  readonly types: Readonly<Record<string, number>>;
  /** After this the bytes of a message go, though its record stays. Undefined: with the record. */
  readonly bodies: number | undefined;
  /** Orchestration instances that completed or were terminated. */
  readonly instances: number;
  /** Keys by which duplicates are recognised. */
  readonly keys: number;
}

export interface Purge {
  readonly now: Instant;
  readonly policy: Retention;
  /** How much to look at and to remove in this step: messages, instances, keys and chunks of bodies together. */
  readonly limit: number;
  /** Removes nothing: counts what a whole round would remove, in steps of `limit`. Answers when it has looked at everything. */
  readonly dryRun?: boolean;
}

/** What a step removed, and whether the round goes on. */
export interface Purged {
  readonly messages: number;
  /** Messages whose bytes went and whose record stayed. */
  readonly bodies: number;
  readonly instances: number;
  readonly keys: number;
  /** Something may be left to look at; the next step goes on from there. Otherwise the next step begins a new round. */
  readonly more: boolean;
}

/** What holds where config/bus.yaml says nothing. */
export const defaultRetention: Retention = {
  delivered: 30 * 86_400_000,
  terminated: 30 * 86_400_000,
  types: {},
  bodies: undefined,
  instances: 90 * 86_400_000,
  keys: 90 * 86_400_000,
};

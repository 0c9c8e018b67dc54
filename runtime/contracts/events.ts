/** What the running bus tells about itself: logged, counted and, where it concerns a message, tracked. */
import type { Instant } from './clock.ts';

export type EventData = Readonly<Record<string, string | number | boolean>>;

/** `name` is a key of the events catalog, in the past tense. */
export interface BusEvent {
  readonly name: string;
  readonly at: Instant;
  readonly data: EventData;
}

/** History: written by the same commit as what it tells of. */
export interface TrackingEvent {
  readonly name: string;
  readonly at: Instant;
  readonly message?: string;
  readonly instance?: string;
  readonly port?: string;
  readonly data: EventData;
}

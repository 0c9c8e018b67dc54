/**
 * Where the events of a unit are kept: with the message that the unit stores, or with the delivery that it settles, since
 * either is written anyway; the rest by themselves.
 */
import type { TrackingEvent } from '../contracts/events.ts';

export interface UnitHistory {
  /** Events of a message that nobody has taken yet; they are taken by this. */
  take(message: string): readonly TrackingEvent[];
  readonly any: boolean;
  /** Those that nobody took. */
  rest(): Iterable<TrackingEvent>;
}

const NONE: readonly TrackingEvent[] = [];
const EMPTY: UnitHistory = { any: false, take: () => NONE, rest: () => NONE };

export function historyOf(track: readonly TrackingEvent[] | undefined): UnitHistory {
  if (track === undefined || track.length === 0) return EMPTY;
  const byMessage = new Map<string, TrackingEvent[]>();
  const rest: TrackingEvent[] = [];
  for (const event of track) {
    if (event.message === undefined || event.instance !== undefined) rest.push(event);
    else if (byMessage.has(event.message)) byMessage.get(event.message)!.push(event);
    else byMessage.set(event.message, [event]);
  }
  return {
    any: byMessage.size > 0,
    take: (message) => {
      const events = byMessage.get(message);
      if (events === undefined) return NONE;
      byMessage.delete(message);
      return events;
    },
    *rest() {
      yield* rest;
      for (const events of byMessage.values()) yield* events;
    },
  };
}

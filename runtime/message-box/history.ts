/**
 * Where the events of a unit are kept: with the message that the unit stores, or with the delivery that it settles, since
 * either is written anyway; the rest by themselves.
 */
import type { TrackingEvent } from '../contracts/events.ts';

export interface UnitHistory {
  /** Whether some event may be kept with a message. */
  readonly any: boolean;
  /** Events of a message that nobody has taken yet; they are taken by this. */
  take(message: string): readonly TrackingEvent[];
  /** Those that nobody took. */
  rest(): readonly TrackingEvent[];
}

const NONE: readonly TrackingEvent[] = [];
const EMPTY: UnitHistory = { any: false, take: () => NONE, rest: () => NONE };

export function historyOf(track: readonly TrackingEvent[] = NONE): UnitHistory {
  if (track.length === 0) return EMPTY;
  return track.length === 1 ? historyOfOne(track[0]!, track) : historyOfMany(track);
}

/** An event of an instance is found by the instance, so it lies by itself. */
const belongsTo = ({ message, instance }: TrackingEvent) => (instance === undefined ? message : undefined);

function historyOfOne(event: TrackingEvent, alone: readonly TrackingEvent[]): UnitHistory {
  const owner = belongsTo(event);
  let left = alone;
  return {
    any: owner !== undefined,
    take: (message) => {
      if (message !== owner) return NONE;
      const taken = left;
      left = NONE;
      return taken;
    },
    rest: () => left,
  };
}

function historyOfMany(track: readonly TrackingEvent[]): UnitHistory {
  const byMessage = new Map<string, TrackingEvent[]>();
  const left = new Set(track);
  for (const event of track) {
    const owner = belongsTo(event);
    if (owner === undefined) continue;
    if (byMessage.has(owner)) byMessage.get(owner)!.push(event);
    else byMessage.set(owner, [event]);
  }
  return {
    any: byMessage.size > 0,
    take: (message) => {
      const events = byMessage.get(message) ?? NONE;
      byMessage.delete(message);
      for (const event of events) left.delete(event);
      return events;
    },
    rest: () => [...left],
  };
}

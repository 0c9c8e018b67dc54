/** Events as they lie with their message or their delivery: a JSON list that grows. */
import type { EventData, TrackingEvent } from '../../contracts/events.ts';

interface Written {
  readonly name: string;
  readonly at: number;
  readonly port?: string;
  readonly data: EventData;
}

/** The value of the column once the encoded events, its one parameter, have been added. */
export const APPENDED = "coalesce(substr(events, 1, length(events) - 1) || ',', '[') || ?";

/** The list without its opening bracket. */
export function encodeEvents(events: readonly TrackingEvent[]): string {
  const written = events.map(({ name, at, port, data }) => JSON.stringify({ name, at, port, data }));
  return `${written.join()}]`;
}

export function decodeEvents(text: string | null, message: string): TrackingEvent[] {
  return text === null ? [] : (JSON.parse(text) as Written[]).map((event) => ({ ...event, message }));
}

/** Events as they lie with their message or their delivery: JSON objects, one after the other, with commas between. */
import type { EventData, TrackingEvent } from '../../contracts/events.ts';

interface Written {
  readonly name: string;
  readonly at: number;
  readonly port?: string;
  readonly data: EventData;
}

export function encodeEvents(events: readonly TrackingEvent[]): string {
  return events.map(({ name, at, port, data }) => JSON.stringify({ name, at, port, data })).join();
}

export function decodeEvents(text: string | null, message: string): TrackingEvent[] {
  return text === null ? [] : (JSON.parse(`[${text}]`) as Written[]).map((event) => ({ ...event, message }));
}

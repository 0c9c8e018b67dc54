/** The history of the SQLite store. */
import type { DatabaseSync } from 'node:sqlite';
import type { EventData, TrackingEvent } from '../../contracts/events.ts';

export interface History {
  addEvent(event: TrackingEvent): void;
  ofMessage(id: string): TrackingEvent[];
  ofInstance(id: string): TrackingEvent[];
  removeInstance(id: string): void;
}

interface EventRow {
  readonly name: string;
  readonly at: number;
  readonly message: string | null;
  readonly instance: string | null;
  readonly port: string | null;
  readonly data: string;
}

export function createHistory(database: DatabaseSync): History {
  const insert = database.prepare(
    'INSERT INTO history (name, at, message, instance, port, data) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const ofMessage = database.prepare('SELECT * FROM history WHERE message = ? ORDER BY seq');
  const ofInstance = database.prepare('SELECT * FROM history WHERE instance = ? ORDER BY seq');
  const remove = database.prepare('DELETE FROM history WHERE instance = ?');
  const events = (found: unknown) => (found as EventRow[]).map(eventOf);
  return {
    addEvent: ({ name, at, message = null, instance = null, port = null, data }) =>
      void insert.run(name, at, message, instance, port, JSON.stringify(data)),
    ofMessage: (id) => events(ofMessage.all(id)),
    ofInstance: (id) => events(ofInstance.all(id)),
    removeInstance: (id) => void remove.run(id),
  };
}

function eventOf({ name, at, message, instance, port, data }: EventRow): TrackingEvent {
  return {
    name,
    at,
    ...(message === null ? {} : { message }),
    ...(instance === null ? {} : { instance }),
    ...(port === null ? {} : { port }),
    data: JSON.parse(data) as EventData,
  };
}

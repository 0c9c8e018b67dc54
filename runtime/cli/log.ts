/** The log: events of the bus as JSON lines on standard error, each at the level that the events catalog gives it. */
import { pino } from 'pino';
import type { BusEvent } from '../contracts/events.ts';
import { events } from '../events/catalog.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export function createLog(level: LogLevel, bus: string): (event: BusEvent) => void {
  const log = pino({ level, base: { bus } }, pino.destination({ fd: 2, sync: true }));
  return ({ name, data }) => {
    const entry = (events as Readonly<Record<string, { level: Exclude<LogLevel, 'silent'>; text: string }>>)[name];
    log[entry?.level ?? 'info']({ event: name, ...data }, entry?.text ?? name);
  };
}

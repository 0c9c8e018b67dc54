/** Operators' questions, each asked by way of what refuses them once the store is closed. */
import type { Inspection } from '../contracts/inspection.ts';

export type Reading = <T>(read: () => Promise<T>) => Promise<T>;

export function guardedInspection(inspection: Inspection, reading: Reading): Inspection {
  return {
    counts: (now) => reading(() => inspection.counts(now)),
    messages: (query) => reading(() => inspection.messages(query)),
    message: (id) => reading(() => inspection.message(id)),
    deliveries: (query, now) => reading(() => inspection.deliveries(query, now)),
    instances: (query) => reading(() => inspection.instances(query)),
    instance: (id) => reading(() => inspection.instance(id)),
    subscriptions: () => reading(() => inspection.subscriptions()),
    stopped: () => reading(() => inspection.stopped()),
    watermarks: () => reading(() => inspection.watermarks()),
    inLineSince: (subscribers) => reading(() => inspection.inLineSince(subscribers)),
    responseTo: (message) => reading(() => inspection.responseTo(message)),
  };
}

/** The subscribers that an operator has stopped, of the memory store. */
import type { Stopped } from '../../contracts/inspection.ts';
import type { Tables } from '../tables.ts';
import type { Journal } from './journal.ts';

export function createStopped(
  journal: Journal,
): Pick<Tables, 'isStopped' | 'putStopped' | 'removeStopped' | 'stopped'> {
  const stopped = new Map<string, Stopped>();
  return {
    isStopped: (subscriber) => stopped.has(subscriber),
    putStopped: (entry) => {
      if (!stopped.has(entry.subscriber)) journal.set(stopped, entry.subscriber, entry);
    },
    removeStopped: (subscriber) => {
      if (stopped.has(subscriber)) journal.delete(stopped, subscriber);
    },
    stopped: () => [...stopped.values()].sort((a, b) => (a.subscriber < b.subscriber ? -1 : 1)),
  };
}

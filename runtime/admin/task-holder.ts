/**
 * Who has taken a task on: what its history says, in order. A claim counts where nobody holds the task at that point, a release and a
 * delegation where they name who holds it.
 */
import type { TrackingEvent } from '../contracts/events.ts';

export const TASK_EVENT = {
  claimed: 'task-claimed',
  released: 'task-released',
  delegated: 'task-delegated',
  completed: 'task-completed',
} as const;

export interface Holder {
  readonly name: string;
  /** Since when. */
  readonly at: number;
}

export function holderOf(history: readonly TrackingEvent[]): Holder | undefined {
  let holder: Holder | undefined;
  for (const { name, at, data } of history) {
    const [by, from, to] = [data['by'], data['from'], data['to']].map((value) => String(value ?? ''));
    const isHeldBy = (person: string) => (holder?.name ?? '') === person;
    if (name === TASK_EVENT.claimed && !holder) holder = { name: by!, at };
    if (name === TASK_EVENT.released && isHeldBy(from!)) holder = undefined;
    if (name === TASK_EVENT.delegated && isHeldBy(from!)) holder = { name: to!, at };
  }
  return holder;
}

/** Counts by kind, in the order in which the kinds were first met. Pure. */
import type { Counts, DeliveryState } from '../../contracts/inspection.ts';
import type { Instance } from '../../contracts/orchestration.ts';

export interface Counted {
  readonly deliveries: Iterable<{
    readonly subscriber: string;
    readonly state: DeliveryState;
    readonly code: string | undefined;
  }>;
  readonly instances: Iterable<Pick<Instance, 'program' | 'status'>>;
}

export function tally({ deliveries, instances }: Counted): Omit<Counts, 'messages'> {
  const all = [...deliveries];
  const suspended = all.filter(({ state }) => state === 'suspended');
  return {
    deliveries: count(all.map(({ subscriber, state }) => ({ subscriber, state }))),
    suspended: count(suspended.map(({ subscriber, code }) => ({ subscriber, code: code ?? '' }))),
    instances: count([...instances].map(({ program, status }) => ({ program, status }))),
  };
}

function count<T extends object>(entries: readonly T[]): (T & { count: number })[] {
  const counts = new Map<string, T & { count: number }>();
  for (const entry of entries) {
    const key = JSON.stringify(Object.values(entry));
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { ...entry, count: 1 });
  }
  return [...counts.values()];
}

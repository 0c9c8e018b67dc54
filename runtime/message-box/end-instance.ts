/** The end of an instance: its subscriptions and timers go, and what still waited for it follows its late policy. */
import type { Instant } from '../contracts/clock.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { busError } from '../errors/bus-error.ts';
import { deliver } from './deliver.ts';
import type { Store } from './store.ts';
import type { DeliveryRow } from './tables.ts';

export function hasEnded({ status }: Pick<Instance, 'status'>): boolean {
  return status === 'completed' || status === 'terminated';
}

export function endInstance(instance: Instance, now: Instant, store: Store): void {
  const { tables, matcher } = store;
  for (const { id } of matcher.ofInstance(instance.id)) {
    matcher.remove(id);
    tables.removeSubscription(id);
  }
  for (const row of tables.openDeliveries(instance.id)) {
    if (row.message === null) tables.removeDelivery(row);
    else followLatePolicy(row, row.message, instance, now, store);
  }
}

function followLatePolicy(row: DeliveryRow, ref: number, instance: Instance, now: Instant, store: Store): void {
  const { tables, matcher } = store;
  const { code, message: reason } = busError('INSTANCE_ENDED', { instance: instance.id });
  const ended = { token: row.token + 1, since: now, exposed: 0, code, reason } as const;
  const activations = instance.late === 'new' ? matcher.match(tables.message(ref).context).filter(activates(row)) : [];
  if (activations.length === 0) {
    tables.changeDelivery(row, { ...ended, state: 'suspended', resumable: instance.late === 'fail' ? 0 : 1 });
    return;
  }
  tables.changeDelivery(row, { ...ended, state: 'done' });
  for (const activation of activations) deliver(ref, tables.message(ref), activation, now, store);
}

const activates =
  ({ subscriber }: DeliveryRow) =>
  (candidate: { readonly subscriber: string; readonly instance?: string }) =>
    candidate.subscriber === subscriber && candidate.instance === undefined;

/** Claims and leases: who takes which work, and for how long. */
import type { Instant } from '../contracts/clock.ts';
import type { Claim, Delivery } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { deliveryId, heldBy, leaseOf } from './lease.ts';
import { recordSkipped } from './order.ts';
import type { Store } from './store.ts';
import type { DeliveryRow, Tables } from './tables.ts';

export function claim({ subscriber, limit, now, leaseUntil }: Claim, store: Store): Delivery[] {
  const { tables, urgent } = store;
  if (tables.isStopped(subscriber)) return [];
  const due = tables.dueDeliveries(subscriber, now, limit);
  if (due.length < limit) urgent.delete(subscriber);
  return due.map((found) => {
    recordSkipped(found, now, store);
    const row = tables.leaseDelivery(found, leaseUntil, now);
    return toDelivery(row, workOf(row, tables), instanceOf(row, tables));
  });
}

/** Answers those that are still held. None becomes shorter. */
export function extend(leases: readonly string[], until: Instant, { tables }: Store): string[] {
  return leases.filter((lease) => {
    const row = heldBy(lease, tables);
    if (row && row.due < until) tables.changeDelivery(row, { due: until });
    return row !== undefined;
  });
}

export function toDelivery(row: DeliveryRow, work: Delivery['work'], instance: Instance | undefined): Delivery {
  return {
    id: deliveryId(row.seq),
    lease: leaseOf(row),
    subscriber: row.subscriber,
    subscription: row.subscription ?? undefined,
    attempt: row.attempt,
    work,
    ...(row.instance === null ? {} : { instanceId: row.instance }),
    ...(instance === undefined ? {} : { instance }),
  };
}

/** The running instance that it is for; one that it is to start is not there yet. */
export const instanceOf = ({ instance }: Pick<DeliveryRow, 'instance'>, tables: Pick<Tables, 'instance'>) =>
  instance === null ? undefined : tables.instance(instance)?.instance;

function workOf(row: DeliveryRow, tables: Tables): Delivery['work'] {
  if (row.message !== null) return { kind: 'message', message: tables.message(row.message) };
  if (row.timer !== null) return { kind: 'timer', timer: row.timer };
  return { kind: 'signal', signal: row.signal as 'resumed' | 'cancelled' };
}

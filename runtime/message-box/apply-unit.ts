/** Writes one unit: first everything that could refuse it is looked at, then its fields take effect in their order. */
import type { Instant } from '../contracts/clock.ts';
import type { Receipt, Settlement, Unit } from '../contracts/message-box.ts';
import type { Instance, Timer } from '../contracts/orchestration.ts';
import { busError } from '../errors/bus-error.ts';
import { exposeNext, setTimer } from './deliver.ts';
import { endInstance, hasEnded } from './end-instance.ts';
import { heldBy } from './lease.ts';
import { checkOperation, operate } from './operate.ts';
import { publish, suspend } from './publish.ts';
import { type Store, wake } from './store.ts';
import type { DeliveryRow } from './tables.ts';

/** Throws BusError LEASE_LOST, INSTANCE_STALE, NOT_FOUND or what the operations say; changes nothing. */
export function checkUnit(unit: Unit, store: Store): void {
  checkLeases(unit.settle ?? [], store);
  const revised = checkRevisions(unit.instances ?? [], store);
  for (const { instance } of unit.timers ?? []) {
    if (!revised.has(instance) && !store.tables.instance(instance)) {
      throw busError('NOT_FOUND', { what: 'instance', id: instance });
    }
  }
  for (const operation of unit.operate ?? []) checkOperation(operation, store);
}

export function applyUnit(unit: Unit, store: Store): Receipt {
  const { now } = unit;
  const { tables, matcher } = store;
  for (const definition of unit.deploy ?? []) tables.putDefinition(definition);
  for (const subscription of unit.subscribe ?? []) {
    matcher.add(subscription);
    tables.putSubscription(subscription);
  }
  for (const id of unit.unsubscribe ?? []) {
    matcher.remove(id);
    tables.removeSubscription(id);
  }
  for (const settlement of unit.settle ?? []) settle(settlement, now, store);
  for (const instance of unit.instances ?? []) putInstance(instance, now, store);
  for (const timer of unit.timers ?? []) putTimer(timer, now, store);
  for (const message of unit.keep ?? []) tables.putMessage(message, now);
  const routed = (unit.publish ?? []).map((publication) => publish(publication, now, store));
  const suspended = (unit.suspend ?? []).map((suspension) => suspend(suspension, now, store));
  for (const operation of unit.operate ?? []) operate(operation, now, store);
  for (const event of unit.track ?? []) tables.addEvent(event);
  return { routed, suspended };
}

function checkLeases(settlements: readonly Settlement[], { tables }: Store): void {
  const seen = new Set<string>();
  for (const { lease } of settlements) {
    if (seen.has(lease) || !heldBy(lease, tables)) throw busError('LEASE_LOST', { lease });
    seen.add(lease);
  }
}

/** Nothing revives an instance that has ended, so no revision follows the last one. */
function checkRevisions(instances: readonly Instance[], { tables }: Store): Map<string, number> {
  const revised = new Map<string, number>();
  for (const { id, revision } of instances) {
    const stored = tables.instance(id)?.instance;
    const found = revised.get(id) ?? stored?.revision ?? 0;
    if (revision !== found + 1 || (stored && hasEnded(stored))) {
      throw busError('INSTANCE_STALE', { instance: id, found, given: revision });
    }
    revised.set(id, revision);
  }
  return revised;
}

function settle(settlement: Settlement, now: Instant, store: Store): void {
  const row = heldBy(settlement.lease, store.tables);
  if (!row) throw busError('LEASE_LOST', { lease: settlement.lease });
  settleRow(row, settlement, now, store);
  if (row.instance !== null) exposeNext(row.instance, now, store);
}

function settleRow(row: DeliveryRow, settlement: Settlement, now: Instant, store: Store): void {
  const { tables } = store;
  if (settlement.as === 'done') {
    tables.changeDelivery(row, { state: 'done', since: now, exposed: 0 });
    return;
  }
  const { code, reason } = settlement;
  if (settlement.as === 'retry') {
    tables.changeDelivery(row, { state: 'ready', due: settlement.at, since: now, code, reason });
    wake(store, row.subscriber, settlement.at, now);
    return;
  }
  const resumable = settlement.resumable ? 1 : 0;
  tables.changeDelivery(row, { state: 'suspended', since: now, exposed: 0, code, reason, resumable });
}

function putInstance(instance: Instance, now: Instant, store: Store): void {
  const before = store.tables.instance(instance.id)?.instance.status;
  store.tables.putInstance(instance, now);
  if (hasEnded(instance)) endInstance(instance, now, store);
  else if ((before === 'suspended') !== (instance.status === 'suspended')) exposeNext(instance.id, now, store);
}

function putTimer({ id, instance, at }: Timer, now: Instant, store: Store): void {
  const { tables } = store;
  const owner = tables.instance(instance)!.instance;
  const open = tables.openTimer(instance, id);
  if (open) tables.removeDelivery(open);
  if (at !== 'cancelled' && !hasEnded(owner)) setTimer(owner, id, at, now, store);
  else if (open) exposeNext(instance, now, store);
}

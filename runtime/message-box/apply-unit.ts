/** Writes one unit: first everything that could refuse it is looked at, then its fields take effect in their order. */
import type { Instant } from '../contracts/clock.ts';
import type { TrackingEvent } from '../contracts/events.ts';
import type { Definition, Receipt, Settlement, Unit } from '../contracts/message-box.ts';
import type { Instance, Timer } from '../contracts/orchestration.ts';
import { WAKEUP } from '../contracts/ownership.ts';
import { busError } from '../errors/bus-error.ts';
import { exposeNext, setTimer } from './deliver.ts';
import { endInstance, hasEnded } from './end-instance.ts';
import { historyOf, type UnitHistory } from './history.ts';
import { heldBy } from './lease.ts';
import { checkWatermarks, moveWatermark } from './move-watermark.ts';
import { checkOperation, operate } from './operate.ts';
import { gapLeftBy } from './order.ts';
import { checkOwned } from './own.ts';
import { publish, suspend } from './publish.ts';
import { type Store, wake } from './store.ts';
import type { DeliveryChange, DeliveryRow, FinishedDelivery } from './tables.ts';

/** Throws BusError OWNERSHIP_LOST, LEASE_LOST, INSTANCE_STALE, NOT_FOUND, WATERMARK_MOVED or what the operations say; changes nothing. */
export function checkUnit(unit: Unit, store: Store): void {
  checkOwned(unit.owned ?? [], store);
  checkLeases(unit.settle ?? [], store);
  const revised = checkRevisions(unit.instances ?? [], store);
  for (const { instance } of unit.timers ?? []) {
    if (!revised.has(instance) && !store.tables.instance(instance)) {
      throw busError('NOT_FOUND', { what: 'instance', id: instance });
    }
  }
  for (const operation of unit.operate ?? []) checkOperation(operation, store);
  checkWatermarks(unit.watermarks ?? [], store);
}

export function applyUnit(unit: Unit, store: Store): Receipt {
  const { now } = unit;
  const { tables, matcher } = store;
  for (const definition of unit.deploy ?? []) deploy(definition, store);
  for (const subscription of unit.subscribe ?? []) {
    matcher.add(subscription);
    tables.putSubscription(subscription);
  }
  for (const id of unit.unsubscribe ?? []) {
    matcher.remove(id);
    tables.removeSubscription(id);
  }
  const history = historyOf(unit.track);
  settleAll(unit, history, store);
  for (const instance of unit.instances ?? []) putInstance(instance, now, store);
  for (const timer of unit.timers ?? []) putTimer(timer, now, store);
  for (const message of unit.keep ?? []) tables.putMessage(message, now, history.take(message.id));
  const routed = (unit.publish ?? []).map((publication) => publish(publication, now, history, store));
  const suspended = (unit.suspend ?? []).map((suspension) => suspend(suspension, now, history, store));
  for (const operation of unit.operate ?? []) operate(operation, now, store);
  for (const change of unit.watermarks ?? []) moveWatermark(change, now, store);
  for (const event of history.rest()) tables.addEvent(event);
  return { routed, suspended };
}

function deploy(definition: Definition, { tables, woken }: Store): void {
  tables.putDefinition(definition);
  tables.putCurrent(definition.hash);
  woken.add(WAKEUP.deployment);
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

function settleAll(unit: Unit, history: UnitHistory, store: Store): void {
  const { tables } = store;
  const { settle: settlements = [], now } = unit;
  const finished: FinishedDelivery[] = [];
  for (const settlement of settlements) {
    const row = heldBy(settlement.lease, tables);
    if (!row) throw busError('LEASE_LOST', { lease: settlement.lease });
    const events = history.any && row.message !== null ? history.take(tables.message(row.message).id) : [];
    if (settlement.as === 'done' && row.lane === null && tables.finishDeliveries) finished.push({ row, events });
    else settle(settlement, row, events, unit, store);
    if (settlement.as === 'done' && row.message !== null && unit.instances === undefined) tables.release(row.message);
  }
  if (finished.length > 0) tables.finishDeliveries!(finished, now);
}

function settle(
  settlement: Settlement,
  row: DeliveryRow,
  events: readonly TrackingEvent[],
  { now }: Unit,
  store: Store,
): void {
  store.tables.changeDelivery(row, outcomeOf(row, settlement, now, store), events);
  if (settlement.as === 'retry') wake(store, row.subscriber, settlement.at, now);
  if (settlement.as === 'release') wake(store, row.subscriber, row.rank, now);
  if (row.lane !== null) exposeNext(row, now, store);
}

function outcomeOf(row: DeliveryRow, settlement: Settlement, now: Instant, store: Store): DeliveryChange {
  const { rank, attempt } = row;
  if (settlement.as === 'done') return { state: 'done', since: now, exposed: 0 };
  if (settlement.as === 'release')
    return { state: 'ready', due: settlement.at ?? rank, since: now, attempt: attempt - 1 };
  const { code, reason } = settlement;
  if (settlement.as === 'retry') return { state: 'ready', due: settlement.at, since: now, code, reason };
  const gap = gapLeftBy(row, store);
  return { state: 'suspended', since: now, exposed: 0, code, reason, resumable: settlement.resumable ? 1 : 0, gap };
}

function putInstance(instance: Instance, now: Instant, store: Store): void {
  const before = store.tables.instance(instance.id)?.instance.status;
  store.tables.putInstance(instance, now);
  if (hasEnded(instance)) endInstance(instance, now, store);
  else if ((before === 'suspended') !== (instance.status === 'suspended'))
    exposeNext({ lane: instance.id, instance: instance.id }, now, store);
}

function putTimer({ id, instance, at }: Timer, now: Instant, store: Store): void {
  const { tables } = store;
  const owner = tables.instance(instance)!.instance;
  const open = tables.openTimer(instance, id);
  if (open) tables.removeDelivery(open);
  if (at !== 'cancelled' && !hasEnded(owner)) setTimer(owner, id, at, now, store);
  else if (open) exposeNext(open, now, store);
}

/** What operators do: resume and terminate, deliveries and instances. Each leaves a trace in the history. */
import type { Instant } from '../contracts/clock.ts';
import type { Operation } from '../contracts/message-box.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';
import { deliver, exposeNext, signal } from './deliver.ts';
import { endInstance, hasEnded } from './end-instance.ts';
import { deliveryId, findDelivery } from './lease.ts';
import { holderOf } from './order.ts';
import { type Store, wake } from './store.ts';
import type { DeliveryRow, StoredInstance } from './tables.ts';

/** Throws what is wrong with an operation; changes nothing. */
export function checkOperation(operation: Operation, store: Store): void {
  switch (operation.kind) {
    case 'resume':
      checkResume(resumedBy(deliveryOf(operation.delivery, store), store), store);
      return;
    case 'terminate':
      checkTerminate(deliveryOf(operation.delivery, store));
      return;
    case 'resume-instance': {
      const { id, status } = instanceOf(operation.instance, store).instance;
      if (status !== 'suspended') throw busError('NOT_SUSPENDED', { what: 'Instance', id, state: status });
      return;
    }
    case 'stop':
    case 'start':
      return;
    case 'terminate-instance': {
      const { instance } = instanceOf(operation.instance, store);
      if (hasEnded(instance))
        throw busError('ALREADY_ENDED', { what: 'Instance', id: instance.id, state: instance.status });
    }
  }
}

export function operate(operation: Operation, now: Instant, store: Store): void {
  checkOperation(operation, store);
  switch (operation.kind) {
    case 'resume':
      resume(resumedBy(deliveryOf(operation.delivery, store), store), now, store);
      break;
    case 'terminate':
      terminate(deliveryOf(operation.delivery, store), now, store);
      break;
    case 'resume-instance':
      resumeInstance(instanceOf(operation.instance, store), now, store);
      break;
    case 'terminate-instance':
      terminateInstance(instanceOf(operation.instance, store), now, store);
      break;
    case 'stop':
      stop(operation.subscriber, now, store);
      break;
    case 'start':
      start(operation.subscriber, now, store);
      break;
  }
}

/** The key of a parked delivery goes on in its order: with the one that it is parked behind. */
function resumedBy(row: DeliveryRow, { tables }: Store): DeliveryRow {
  const holder = holderOf(row, tables);
  return holder?.gap === 'park' ? holder : row;
}

function checkResume(row: DeliveryRow, store: Store): void {
  const id = deliveryId(row.seq);
  if (row.state !== 'suspended') throw busError('NOT_SUSPENDED', { what: 'Delivery', id, state: row.state });
  if (row.resumable === 0) throw busError('NOT_RESUMABLE', { id, reason: row.reason ?? '' });
  if (row.message === null && isForEnded(row, store))
    throw busError('NOT_RESUMABLE', { id, reason: 'its instance has ended' });
}

function checkTerminate({ seq, state }: DeliveryRow): void {
  if (state !== 'done' && state !== 'terminated') return;
  throw busError('ALREADY_ENDED', { what: 'Delivery', id: deliveryId(seq), state });
}

function resume(row: DeliveryRow, now: Instant, store: Store): void {
  const { tables } = store;
  if (row.message !== null && (row.subscriber === subscriberOf.unrouted || isForEnded(row, store))) {
    routeAnew(row, row.message, now, store);
    return;
  }
  const fresh = { attempt: 0, code: null, reason: null, resumable: 0, gap: null } as const;
  const ready = { ...fresh, state: 'ready', due: now, since: now } as const;
  if (row.lane === null) {
    tables.changeDelivery(row, { ...ready, exposed: 1 });
    wake(store, row.subscriber, now, now);
  } else {
    tables.changeDelivery(row, ready);
    exposeNext(row, now, store);
  }
  track('message-resumed', row, now, store);
}

/** To every subscription that matches by now and has not had the message yet; without any, it stays suspended. */
function routeAnew(row: DeliveryRow, ref: number, now: Instant, store: Store): void {
  const { tables, matcher } = store;
  const served = new Set(tables.deliveriesOf(ref).map(({ subscription }) => subscription));
  const message = tables.message(ref);
  const found = matcher.match(message.context).filter(({ id }) => !served.has(id));
  if (found.length === 0) return;
  tables.changeDelivery(row, { state: 'done', since: now });
  for (const subscription of found) deliver(ref, message, subscription, now, store);
  track('message-resumed', row, now, store);
}

function terminate(row: DeliveryRow, now: Instant, store: Store): void {
  store.tables.changeDelivery(row, { state: 'terminated', token: row.token + 1, since: now, exposed: 0, gap: null });
  exposeNext(row, now, store);
  track('message-terminated', row, now, store);
}

function resumeInstance({ instance }: StoredInstance, now: Instant, store: Store): void {
  if (store.tables.firstDelivery(instance.id)?.signal == null) signal(instance, 'resumed', now, store);
  store.tables.addEvent({
    name: 'instance-resumed',
    at: now,
    instance: instance.id,
    data: { program: instance.program },
  });
}

/** The revision moves on, so that a step which is under way cannot bring it back to life. */
function terminateInstance({ instance }: StoredInstance, now: Instant, store: Store): void {
  const ended = { ...instance, status: 'terminated', revision: instance.revision + 1 } as const;
  store.tables.putInstance(ended, now);
  endInstance(ended, now, store);
  store.tables.addEvent({ name: 'instance-terminated', at: now, instance: ended.id, data: { program: ended.program } });
}

function stop(subscriber: string, now: Instant, { tables }: Store): void {
  if (tables.isStopped(subscriber)) return;
  tables.putStopped({ subscriber, since: now });
  tables.addEvent({ name: 'work-stopped', at: now, data: { subscriber } });
}

function start(subscriber: string, now: Instant, { tables, woken }: Store): void {
  if (!tables.isStopped(subscriber)) return;
  tables.removeStopped(subscriber);
  woken.add(subscriber);
  tables.addEvent({ name: 'work-started', at: now, data: { subscriber } });
}

function deliveryOf(id: string, { tables }: Store): DeliveryRow {
  const row = findDelivery(id, tables);
  if (!row) throw busError('NOT_FOUND', { what: 'delivery', id });
  return row;
}

function instanceOf(id: string, { tables }: Store): StoredInstance {
  const found = tables.instance(id);
  if (!found) throw busError('NOT_FOUND', { what: 'instance', id });
  return found;
}

function isForEnded({ instance }: DeliveryRow, { tables }: Store): boolean {
  const found = instance === null ? undefined : tables.instance(instance);
  return found !== undefined && hasEnded(found.instance);
}

function track(name: string, row: DeliveryRow, now: Instant, { tables }: Store): void {
  const message = row.message === null ? {} : { message: tables.message(row.message).id };
  const instance = row.instance === null ? {} : { instance: row.instance };
  const data = { delivery: deliveryId(row.seq), subscriber: row.subscriber };
  tables.addEvent({ name, at: now, ...message, ...instance, data });
}

/** Deliveries, messages and instances as operators see them: what all stores answer alike. Pure. */
import type { Instant } from '../contracts/clock.ts';
import type {
  DeliveryQuery,
  DeliveryRecord,
  DeliveryState,
  InstanceRecord,
  MessageQuery,
} from '../contracts/inspection.ts';
import type { Message } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';
import { deliveryId } from './lease.ts';
import type { DeliveryRow } from './tables.ts';

/** A lease that has run out leaves its delivery ready; a ready one whose time has not come is waiting. */
export function stateOf({ state, due }: Pick<DeliveryRow, 'state' | 'due'>, now: Instant): DeliveryState {
  if (state === 'ready') return due > now ? 'waiting' : 'ready';
  if (state === 'leased') return due > now ? 'leased' : 'ready';
  return state;
}

export type MessageName = Pick<Message, 'id' | 'type'>;

/** `holder`: the suspended one that it is held behind; see holderAmong. */
export function deliveryRecord(
  row: DeliveryRow,
  message: MessageName | undefined,
  now: Instant,
  holder?: DeliveryRow,
): DeliveryRecord {
  const open = row.state === 'ready' || row.state === 'leased';
  const record = {
    id: deliveryId(row.seq),
    message: message?.id,
    messageType: message?.type,
    subscriber: row.subscriber,
    subscription: row.subscription ?? undefined,
    instance: row.instance ?? undefined,
    state: stateOf(row, now),
    attempt: row.attempt,
    dueAt: open ? row.due : undefined,
    code: row.code ?? undefined,
    reason: row.reason ?? undefined,
    resumable: row.resumable === 1,
    since: row.since,
  };
  return holder ? { ...record, ...heldBehind(holder) } : record;
}

function heldBehind({ seq, gap, resumable }: DeliveryRow) {
  const parked = gap === 'park';
  const { code, message: reason } = busError(parked ? 'ORDER_PARKED' : 'ORDER_STOPPED', { delivery: deliveryId(seq) });
  const state: DeliveryState = parked ? 'suspended' : 'waiting';
  return { state, code, reason, resumable: parked && resumable === 1, dueAt: undefined };
}

/** So many of those that are next in line are looked at: an order of retries may differ from that of publishing. */
export const NEXT_IN_LINE = 64;

export function answersMessageQuery(
  { type, context }: Pick<Message, 'type' | 'context'>,
  query: MessageQuery,
): boolean {
  if (query.type !== undefined && type !== query.type) return false;
  if (query.receivePort !== undefined && context.get(BUS.receivePort)?.value !== query.receivePort) return false;
  if (query.property === undefined) return true;
  const found = context.get(query.property.name);
  return found?.promoted === true && String(found.value) === query.property.value;
}

export function answersDeliveryQuery(record: DeliveryRecord, query: DeliveryQuery): boolean {
  return (
    (query.state === undefined || record.state === query.state) &&
    (query.subscriber === undefined || record.subscriber === query.subscriber) &&
    (query.code === undefined || record.code === query.code) &&
    (query.withoutCode === undefined || record.code !== query.withoutCode) &&
    (query.message === undefined || record.message === query.message)
  );
}

export function timersOf(rows: readonly DeliveryRow[]): InstanceRecord['timers'] {
  return rows.flatMap(({ timer, rank }) => (timer === null ? [] : [{ id: timer, at: rank }]));
}

export function responseToOf({ context }: Message): string | undefined {
  const value = context.get(BUS.responseTo)?.value;
  return value === undefined ? undefined : String(value);
}

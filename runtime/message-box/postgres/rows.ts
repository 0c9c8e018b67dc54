/** Rows as the server tells them, decoded. Pure. */
import type { Definition } from '../../contracts/message-box.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import type { Predicate, Subscription } from '../../contracts/routing.ts';
import { decodeOrdering } from '../ordering.ts';
import type { MessageRow } from '../sqlite/message-row.ts';
import { DELIVERY_COLUMNS, type DeliveryRow, type OwnerRow, type RowState, type StoredInstance } from '../tables.ts';
import type { Fields } from './pipeline.ts';

const DELIVERY = [...DELIVERY_COLUMNS, 'gap'];

/** Columns of a table by their alias, for `deliveryRow` and the like. */
const of = (alias: string, columns: readonly string[]) => columns.map((column) => `${alias}.${column}`).join(', ');

export const deliveryColumns = (alias: string) => of(alias, DELIVERY);
export const DELIVERY_WIDTH = DELIVERY.length;

export function deliveryRow(fields: Fields): DeliveryRow {
  return {
    seq: Number(fields[0]),
    message: fields[1] === null ? null : Number(fields[1]),
    timer: fields[2]!,
    signal: fields[3]!,
    subscriber: fields[4]!,
    subscription: fields[5]!,
    instance: fields[6]!,
    lane: fields[7]!,
    state: fields[8] as RowState,
    attempt: Number(fields[9]),
    token: Number(fields[10]),
    rank: Number(fields[11]),
    due: Number(fields[12]),
    since: Number(fields[13]),
    code: fields[14]!,
    reason: fields[15]!,
    resumable: fields[16] === 't' ? 1 : 0,
    exposed: fields[17] === 't' ? 1 : 0,
    gap: fields[18] as DeliveryRow['gap'],
  };
}

const MESSAGE = ['seq', 'id', 'interchange', 'type', 'at', 'context', 'parts', 'body', 'events', 'version'];
export const messageColumns = (alias: string) => of(alias, MESSAGE);
export const MESSAGE_WIDTH = MESSAGE.length;

export interface VersionedRow extends MessageRow {
  /** Grows when the message is replaced. */
  readonly version: number;
}

export function messageRow(fields: Fields, from = 0): VersionedRow {
  const body = fields[from + 7] ?? null;
  return {
    seq: Number(fields[from]),
    id: fields[from + 1]!,
    interchange: fields[from + 2]!,
    type: fields[from + 3]!,
    at: Number(fields[from + 4]),
    context: fields[from + 5]!,
    parts: fields[from + 6]!,
    body: body === null ? null : bytesOf(body),
    events: fields[from + 8]!,
    version: Number(fields[from + 9]),
  };
}

/** A bytea as text: \x and hexadecimal digits. */
export const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');

export const INSTANCE_COLUMNS = 'body, started_at, changed_at';

export function storedInstance([body, startedAt, changedAt]: Fields): StoredInstance {
  const instance = JSON.parse(body!) as Instance;
  return { instance, startedAt: Number(startedAt), changedAt: Number(changedAt) };
}

export interface StoredSubscription {
  readonly seq: number;
  readonly subscription: Subscription;
}

const SUBSCRIPTION = ['seq', 'id', 'subscriber', 'instance', 'predicate', 'ordering'];
export const subscriptionColumns = (alias: string) => of(alias, SUBSCRIPTION);

export function storedSubscription(fields: Fields, from = 0): StoredSubscription {
  const [seq, id, subscriber, instance, predicate, ordering] = fields.slice(from);
  const where = JSON.parse(predicate!) as Predicate;
  const owner = instance === null ? {} : { instance: instance! };
  return {
    seq: Number(seq),
    subscription: { id: id!, subscriber: subscriber!, where, ...owner, ...decodeOrdering(ordering) },
  };
}

export function ownerRow([name, host, fence, since, until]: Fields): OwnerRow {
  return { name: name!, host: host!, fence: Number(fence), since: Number(since), until: Number(until) };
}

export const definitionOf = ([hash, name, content]: Fields): Definition => ({
  hash: hash!,
  name: name!,
  content: content!,
});

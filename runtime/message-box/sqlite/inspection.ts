/** Operators' questions to the SQLite store. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Instant } from '../../contracts/clock.ts';
import type { TrackingEvent } from '../../contracts/events.ts';
import type {
  Counts,
  DeliveryQuery,
  DeliveryRecord,
  DeliveryState,
  Inspection,
  InstanceQuery,
  InstanceRecord,
  MessageQuery,
} from '../../contracts/inspection.ts';
import type { Message } from '../../contracts/message.ts';
import { BUS } from '../../contracts/properties.ts';
import { deliverySeq } from '../lease.ts';
import { holderOf } from '../order.ts';
import { answersDeliveryQuery, answersMessageQuery, deliveryRecord, NEXT_IN_LINE, timersOf } from '../record.ts';
import type { DeliveryRow, Tables } from '../tables.ts';
import { decodeEvents } from './events.ts';
import type { FinalCounts } from './final-counts.ts';
import type { History } from './history.ts';
import { type InstanceRow, storedInstance } from './instances.ts';
import { decodeContext, type MessageRow } from './message-row.ts';
import type { Messages } from './messages.ts';

export interface Inspected {
  readonly database: DatabaseSync;
  readonly messages: Messages;
  readonly subscriptions: Pick<Tables, 'subscriptions'>;
  readonly stopped: Pick<Tables, 'stopped'>;
  readonly watermarks: Pick<Tables, 'watermarks'>;
  /** The gaps of ordered lanes. */
  readonly deliveries: Pick<Tables, 'gaps'>;
  readonly history: History;
  readonly finals: FinalCounts;
  /** The latest instant that the store has been told. */
  readonly now: () => Instant;
}

type Joined = DeliveryRow & {
  readonly id: string | null;
  readonly type: string | null;
  readonly events: string | null;
};

const DELIVERIES = `SELECT deliveries.*, messages.id, messages.type FROM deliveries
  LEFT JOIN messages ON messages.seq = deliveries.message`;

export function inspect(inspected: Inspected): Inspection {
  const { database, messages, subscriptions, stopped, watermarks, history } = inspected;
  const messageById = database.prepare('SELECT * FROM messages WHERE id = ?');
  const response = database.prepare('SELECT * FROM messages WHERE response_to = ? ORDER BY seq LIMIT 1');
  const ownOf = database.prepare(`${DELIVERIES} WHERE deliveries.message = ? ORDER BY deliveries.seq`);
  const inLine = database.prepare(
    `SELECT min(messages.at) AS since FROM (SELECT message FROM deliveries
       WHERE subscriber = ? AND exposed = 1 ORDER BY due LIMIT ?) line JOIN messages ON messages.seq = line.message`,
  );
  const instanceById = database.prepare('SELECT body, started_at, changed_at FROM instances WHERE id = ?');
  const messageRow = (found: unknown) => found as MessageRow | undefined;

  return {
    counts: async (now) => count(inspected, now),
    messages: async (query) => findMessages(query, inspected),
    message: async (id) => {
      const row = messageRow(messageById.get(id));
      if (!row) return undefined;
      const own = ownOf.all(row.seq) as unknown as Joined[];
      return {
        message: messages.ofRow(row),
        at: row.at,
        deliveries: own.map((entry) => recordOf(entry, inspected.now(), inspected)),
        history: historyOf(row, own, history),
      };
    },
    deliveries: async (query, now) => findDeliveries(query, now, inspected),
    instances: async (query) => findInstances(query, inspected),
    instance: async (id) => {
      const row = instanceById.get(id) as unknown as InstanceRow | undefined;
      return row && instanceRecord(row, inspected);
    },
    subscriptions: async () => subscriptions.subscriptions(),
    inLineSince: async (subscribers) =>
      new Map(
        subscribers.flatMap((subscriber): [string, Instant][] => {
          const since = inLine.get(subscriber, NEXT_IN_LINE)?.['since'];
          return typeof since === 'number' ? [[subscriber, since]] : [];
        }),
      ),
    stopped: async () => stopped.stopped(),
    watermarks: async () => watermarks.watermarks(),
    responseTo: async (message): Promise<Message | undefined> => {
      const row = messageRow(response.get(message));
      return row && messages.ofRow(row);
    },
  };
}

/** What lies with the message comes first, then what its deliveries and others tell, by their time. */
function historyOf({ id, events }: MessageRow, deliveries: readonly Joined[], history: History): TrackingEvent[] {
  const told = deliveries.flatMap((row) => decodeEvents(row.events, id));
  const later = [...history.ofMessage(id), ...told].sort((a, b) => a.at - b.at);
  return [...decodeEvents(events, id), ...later];
}

function recordOf(row: Joined, now: Instant, { deliveries }: Pick<Inspected, 'deliveries'>): DeliveryRecord {
  const message = row.id === null ? undefined : { id: row.id, type: row.type ?? undefined };
  return deliveryRecord(row, message, now, holderOf(row, deliveries));
}

const STATE = `CASE
  WHEN held = 'park' THEN 'suspended'
  WHEN held = 'stop' THEN 'waiting'
  WHEN state = 'ready' AND due > :now THEN 'waiting'
  WHEN state = 'leased' AND due <= :now THEN 'ready'
  ELSE state END`;

/** How a delivery is held behind a gap of its lane: by the first before it that holds. Null for all others. */
const HELD = `CASE WHEN instance IS NULL THEN (
  SELECT before.gap FROM deliveries AS before WHERE before.gap IS NOT NULL AND before.gap <> 'skip'
    AND before.lane = deliveries.lane AND before.seq < deliveries.seq ORDER BY before.seq LIMIT 1) END`;

const HIDDEN = "lane IS NOT NULL AND state IN ('ready', 'leased') AND exposed = 0";

/** Deliveries that are not final, by way of the partial indexes that hold nothing else. */
const UNFINISHED = `
  SELECT seq, subscriber, state, due, code, NULL AS held FROM deliveries WHERE exposed = 1
  UNION ALL SELECT seq, subscriber, state, due, code, ${HELD} AS held FROM deliveries WHERE ${HIDDEN}
  UNION ALL SELECT seq, subscriber, state, due, code, NULL AS held FROM deliveries WHERE state = 'suspended'`;

function count({ database, finals }: Inspected, now: Instant): Counts {
  const all = <T>(query: string, values: Record<string, SQLInputValue> = {}) =>
    database
      .prepare(query)
      .all(values)
      .map((row) => ({ ...row })) as T[];
  const unfinished = all<Counts['deliveries'][number]>(
    `SELECT subscriber, ${STATE} AS state, count(*) AS count FROM (${UNFINISHED}) GROUP BY 1, 2 ORDER BY min(seq)`,
    { now },
  );
  return {
    messages: Number(database.prepare('SELECT count(*) AS count FROM messages').get()!['count']),
    deliveries: [...unfinished, ...finals.all()],
    suspended: all(
      `SELECT subscriber, coalesce(code, '') AS code, count(*) AS count FROM (
         SELECT seq, subscriber, code FROM deliveries WHERE state = 'suspended'
         UNION ALL SELECT seq, subscriber, 'ORDER_PARKED' AS code FROM deliveries WHERE ${PARKED}
       ) GROUP BY 1, 2 ORDER BY min(seq)`,
    ),
    instances: all('SELECT program, status, count(*) AS count FROM instances GROUP BY 1, 2 ORDER BY min(seq)'),
  };
}

/** Conditions joined by AND, with the values of their placeholders. */
type Where = readonly (readonly [condition: string, ...values: SQLInputValue[]])[];

function search(database: DatabaseSync, select: string, where: Where) {
  const conditions = where.map(([condition]) => `(${condition})`).join(' AND ') || 'true';
  const values = where.flatMap(([, ...given]) => given);
  return database.prepare(`${select} WHERE ${conditions} ORDER BY 1 DESC`).iterate(...values) as Iterable<unknown>;
}

/** Goes back in time no further than it must. */
const AFTER = 'seq > coalesce((SELECT seq FROM messages WHERE at < ? ORDER BY seq DESC LIMIT 1), 0)';

/** By way of the text of the context first, so that only likely rows are decoded. */
function findMessages(query: MessageQuery, { database, messages }: Inspected) {
  const names = [query.receivePort === undefined ? undefined : BUS.receivePort, query.property?.name];
  const where: Where = [
    ...(query.before === undefined ? [] : [['seq < (SELECT seq FROM messages WHERE id = ?)', query.before] as const]),
    ...(query.since === undefined ? [] : [[AFTER, query.since] as const]),
    ...(query.type === undefined ? [] : [['type = ?', query.type] as const]),
    ...names.flatMap((name) => (name === undefined ? [] : [['instr(context, ?)', JSON.stringify(name)] as const])),
  ];
  const found: { message: Message; at: Instant }[] = [];
  for (const row of search(database, 'SELECT seq, * FROM messages', where) as Iterable<MessageRow>) {
    if (found.length >= query.limit) break;
    const seen = { type: row.type ?? undefined, context: decodeContext(row.context) };
    if (answersMessageQuery(seen, query)) found.push({ message: messages.ofRow(row), at: row.at });
  }
  return found;
}

/** Only where a lane is parked at all are there any to look at. */
const PARKED = `lane IN (SELECT lane FROM deliveries WHERE gap IS NOT NULL AND gap = 'park') AND ${HIDDEN} AND ${HELD} = 'park'`;

/** What a state is in the table; `recordOf` decides about those that are held behind another. */
const STATES: { readonly [S in DeliveryState]: string } = {
  ready: "state IN ('ready', 'leased') AND due <= ?",
  leased: "state = 'leased' AND due > ?",
  waiting: `state = 'ready' AND due > ? OR ${HIDDEN}`,
  suspended: `deliveries.seq IN (SELECT seq FROM deliveries WHERE state = 'suspended' UNION ALL SELECT seq FROM deliveries WHERE ${PARKED})`,
  done: "state = 'done'",
  terminated: "state = 'terminated'",
};

/** The codes of those that are held stand in no row. */
const CODE = `code = ? OR ${HIDDEN}`;

function findDeliveries(query: DeliveryQuery, now: Instant, inspected: Inspected): DeliveryRecord[] {
  const { state, subscriber, code, message, limit, before } = query;
  const where: Where = [
    ...(state === undefined
      ? []
      : [STATES[state].includes('?') ? ([STATES[state], now] as const) : ([STATES[state]] as const)]),
    ...(subscriber === undefined ? [] : [['subscriber = ?', subscriber] as const]),
    ...(code === undefined ? [] : [[CODE, code] as const]),
    ...(message === undefined ? [] : [['message = (SELECT seq FROM messages WHERE id = ?)', message] as const]),
    ...(before === undefined ? [] : [['deliveries.seq < ?', deliverySeq(before)] as const]),
  ];
  const found: DeliveryRecord[] = [];
  for (const row of search(inspected.database, DELIVERIES, where) as Iterable<Joined>) {
    if (found.length >= limit) break;
    const record = recordOf(row, now, inspected);
    if (answersDeliveryQuery(record, query)) found.push(record);
  }
  return found;
}

function findInstances({ program, status, limit, before }: InstanceQuery, inspected: Inspected): InstanceRecord[] {
  const where: Where = [
    ...(program === undefined ? [] : [['program = ?', program] as const]),
    ...(status === undefined ? [] : [['status = ?', status] as const]),
    ...(before === undefined ? [] : [['seq < (SELECT seq FROM instances WHERE id = ?)', before] as const]),
  ];
  const rows: InstanceRow[] = [];
  for (const row of search(inspected.database, 'SELECT seq, * FROM instances', where) as Iterable<InstanceRow>) {
    if (rows.length >= limit) break;
    rows.push(row);
  }
  return rows.map((row) => instanceRecord(row, inspected));
}

function instanceRecord(row: InstanceRow, { database, subscriptions, history }: Inspected): InstanceRecord {
  const { instance, startedAt, changedAt } = storedInstance(row);
  const open = database
    .prepare(
      "SELECT * FROM deliveries WHERE instance = ? AND timer IS NOT NULL AND state IN ('ready', 'leased') ORDER BY rank",
    )
    .all(instance.id) as unknown as DeliveryRow[];
  return {
    instance,
    startedAt,
    changedAt,
    waitingFor: subscriptions.subscriptions().filter((subscription) => subscription.instance === instance.id),
    timers: timersOf(open),
    history: history.ofInstance(instance.id),
  };
}

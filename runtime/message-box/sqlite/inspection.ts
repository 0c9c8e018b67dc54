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
import { answersMessageQuery, deliveryRecord, timersOf } from '../record.ts';
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
  const { database, messages, subscriptions, history } = inspected;
  const messageById = database.prepare('SELECT * FROM messages WHERE id = ?');
  const response = database.prepare('SELECT * FROM messages WHERE response_to = ? ORDER BY seq LIMIT 1');
  const ownOf = database.prepare(`${DELIVERIES} WHERE deliveries.message = ? ORDER BY deliveries.seq`);
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
        deliveries: own.map((entry) => recordOf(entry, inspected.now())),
        history: historyOf(row, own, history),
      };
    },
    deliveries: async (query, now) => findDeliveries(query, now, database),
    instances: async (query) => findInstances(query, inspected),
    instance: async (id) => {
      const row = instanceById.get(id) as unknown as InstanceRow | undefined;
      return row && instanceRecord(row, inspected);
    },
    subscriptions: async () => subscriptions.subscriptions(),
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

function recordOf(row: Joined, now: Instant): DeliveryRecord {
  return deliveryRecord(row, row.id === null ? undefined : { id: row.id, type: row.type ?? undefined }, now);
}

const STATE = `CASE
  WHEN state = 'ready' AND due > :now THEN 'waiting'
  WHEN state = 'leased' AND due <= :now THEN 'ready'
  ELSE state END`;

/** Deliveries that are not final, by way of the partial indexes that hold nothing else. */
const UNFINISHED = `
  SELECT seq, subscriber, state, due FROM deliveries WHERE exposed = 1
  UNION ALL SELECT seq, subscriber, state, due FROM deliveries
    WHERE instance IS NOT NULL AND state IN ('ready', 'leased') AND exposed = 0
  UNION ALL SELECT seq, subscriber, state, due FROM deliveries WHERE state = 'suspended'`;

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
      `SELECT subscriber, coalesce(code, '') AS code, count(*) AS count FROM deliveries WHERE state = 'suspended'
       GROUP BY 1, 2 ORDER BY min(seq)`,
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

/** By way of the text of the context first, so that only likely rows are decoded. */
function findMessages(query: MessageQuery, { database, messages }: Inspected) {
  const names = [query.receivePort === undefined ? undefined : BUS.receivePort, query.property?.name];
  const where: Where = [
    ...(query.before === undefined ? [] : [['seq < (SELECT seq FROM messages WHERE id = ?)', query.before] as const]),
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

const STATES: { readonly [S in DeliveryState]: string } = {
  ready: "state IN ('ready', 'leased') AND due <= ?",
  leased: "state = 'leased' AND due > ?",
  waiting: "state = 'ready' AND due > ?",
  suspended: "state = 'suspended'",
  done: "state = 'done'",
  terminated: "state = 'terminated'",
};

function findDeliveries(query: DeliveryQuery, now: Instant, database: DatabaseSync): DeliveryRecord[] {
  const { state, subscriber, code, message, limit, before } = query;
  const where: Where = [
    ...(state === undefined
      ? []
      : [STATES[state].endsWith('?') ? ([STATES[state], now] as const) : ([STATES[state]] as const)]),
    ...(subscriber === undefined ? [] : [['subscriber = ?', subscriber] as const]),
    ...(code === undefined ? [] : [['code = ?', code] as const]),
    ...(message === undefined ? [] : [['message = (SELECT seq FROM messages WHERE id = ?)', message] as const]),
    ...(before === undefined ? [] : [['deliveries.seq < ?', deliverySeq(before)] as const]),
  ];
  const found: DeliveryRecord[] = [];
  for (const row of search(database, DELIVERIES, where) as Iterable<Joined>) {
    if (found.length >= limit) break;
    found.push(recordOf(row, now));
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

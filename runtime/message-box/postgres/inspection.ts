/** Operators' questions to the PostgreSQL store. */
import type { Instant } from '../../contracts/clock.ts';
import type { TrackingEvent } from '../../contracts/events.ts';
import type { Counts, Inspection, InstanceQuery, InstanceRecord, MessageQuery } from '../../contracts/inspection.ts';
import type { Message } from '../../contracts/message.ts';
import { BUS } from '../../contracts/properties.ts';
import { answersMessageQuery, NEXT_IN_LINE, timersOf } from '../record.ts';
import { decodeContext } from '../sqlite/message-row.ts';
import { texts } from './arrays.ts';
import { decodeEvents } from './events.ts';
import { counts } from './inspect-counts.ts';
import { DELIVERIES, deliveries, recordOf } from './inspect-deliveries.ts';
import type { Messages } from './messages.ts';
import type { Ask } from './parts.ts';
import type { Fields } from './pipeline.ts';
import {
  DELIVERY_WIDTH,
  deliveryColumns,
  deliveryRow,
  INSTANCE_COLUMNS,
  messageColumns,
  messageRow,
  storedInstance,
  storedSubscription,
  subscriptionColumns,
  type VersionedRow,
} from './rows.ts';

export interface Inspected {
  readonly ask: Ask;
  readonly messages: Messages;
  /** The latest instant that the store has been told. */
  readonly now: () => Instant;
}

export function inspect(inspected: Inspected): Inspection {
  const { ask, now } = inspected;
  return {
    counts: (at): Promise<Counts> => counts(ask, at),
    messages: (query) => findMessages(query, inspected),
    message: async (id) => {
      const row = await messageBy('m.id = $1', id, inspected);
      if (!row) return undefined;
      const own = await ask(`${DELIVERIES('all_deliveries')} WHERE d.message = $1 ORDER BY d.seq`, [String(row.seq)]);
      const [message] = await inspected.messages.decode([row]);
      const deliveries = own.map((fields) => recordOf(fields, now()));
      return { message: message!, at: row.at, deliveries, history: await historyOfMessage(row, own, ask) };
    },
    deliveries: (query, at) => deliveries(query, at, ask),
    instances: (query) => findInstances(query, inspected),
    instance: async (id) => {
      const [fields] = await ask(`SELECT ${INSTANCE_COLUMNS} FROM instances WHERE id = $1`, [id]);
      return fields && (await instanceRecord(fields, ask));
    },
    subscriptions: async () => {
      const rows = await ask(`SELECT ${subscriptionColumns('s')} FROM subscriptions s ORDER BY s.seq`, []);
      return rows.map((fields) => storedSubscription(fields).subscription);
    },
    inLineSince: async (subscribers) => {
      const rows = await ask(
        `SELECT s.subscriber, min(m.at) FROM unnest($1::text[]) s(subscriber)
         CROSS JOIN LATERAL (SELECT d.message FROM deliveries d WHERE d.exposed AND d.subscriber = s.subscriber
           ORDER BY d.due, d.seq LIMIT $2) line
         JOIN messages m ON m.seq = line.message GROUP BY 1`,
        [texts(subscribers), String(NEXT_IN_LINE)],
      );
      return new Map(rows.map(([subscriber, since]) => [subscriber!, Number(since)]));
    },
    stopped: async () => {
      const rows = await ask('SELECT subscriber, since FROM stopped ORDER BY subscriber', []);
      return rows.map(([subscriber, since]) => ({ subscriber: subscriber!, since: Number(since) }));
    },
    watermarks: async () => {
      const rows = await ask('SELECT name, value, at FROM watermarks ORDER BY name COLLATE "C"', []);
      return rows.map(([name, value, at]) => ({ name: name!, value: value!, at: Number(at) }));
    },
    responseTo: async (message): Promise<Message | undefined> => {
      const row = await messageBy('m.response_to = $1 ORDER BY m.seq LIMIT 1', message, inspected);
      return row && (await inspected.messages.decode([row]))[0];
    },
  };
}

async function messageBy(condition: string, value: string, { ask }: Inspected): Promise<VersionedRow | undefined> {
  const [fields] = await ask(`SELECT ${messageColumns('m')} FROM messages m WHERE ${condition}`, [value]);
  return fields && messageRow(fields);
}

/** What lies with the message comes first, then what its deliveries and others tell, by their time. */
async function historyOfMessage(row: VersionedRow, own: readonly Fields[], ask: Ask): Promise<TrackingEvent[]> {
  const told = own.flatMap((fields) => decodeEvents(fields[DELIVERY_WIDTH]!, row.id));
  const others = await history('message', row.id, ask);
  return [...decodeEvents(row.events, row.id), ...[...others, ...told].sort((a, b) => a.at - b.at)];
}

async function history(column: 'message' | 'instance', id: string, ask: Ask): Promise<TrackingEvent[]> {
  const rows = await ask(
    `SELECT name, at, message, instance, port, data FROM history WHERE ${column} = $1 ORDER BY seq`,
    [id],
  );
  return rows.map(([name, at, message, instance, port, data]) => ({
    name: name!,
    at: Number(at),
    ...(message === null ? {} : { message: message! }),
    ...(instance === null ? {} : { instance: instance! }),
    ...(port === null ? {} : { port: port! }),
    data: JSON.parse(data!),
  }));
}

/** Rows looked at in one question: those that a filter leaves out are many more than a page. */
const PAGE = 500;

/** By way of the text of the context first, so that only likely rows are decoded. */
async function findMessages(query: MessageQuery, { ask, messages }: Inspected) {
  const found: VersionedRow[] = [];
  const names = [query.receivePort === undefined ? undefined : BUS.receivePort, query.property?.name];
  const likely = names.map((name) => (name === undefined ? null : JSON.stringify(name)));
  let before = query.before === undefined ? null : await seqOf(query.before, ask);
  const after = query.since === undefined ? '0' : await lastBefore(query.since, ask);
  while (found.length < query.limit) {
    const rows = await ask(
      `SELECT ${messageColumns('m')} FROM messages m WHERE ($1::bigint IS NULL OR m.seq < $1::bigint)
         AND m.seq > $6::bigint
         AND ($2::text IS NULL OR m.type = $2) AND ($3::text IS NULL OR position($3 in m.context) > 0)
         AND ($4::text IS NULL OR position($4 in m.context) > 0) ORDER BY m.seq DESC LIMIT $5`,
      [before, query.type ?? null, likely[0] ?? null, likely[1] ?? null, String(Math.min(PAGE, query.limit)), after],
    );
    const answering = rows.map((fields) => messageRow(fields)).filter((row) => answers(row, query));
    found.push(...answering.slice(0, query.limit - found.length));
    if (rows.length === 0) break;
    before = rows.at(-1)![0]!;
  }
  const decoded = await messages.decode(found);
  return decoded.map((message, index) => ({ message, at: found[index]!.at }));
}

const answers = ({ type, context }: VersionedRow, query: MessageQuery) =>
  answersMessageQuery({ type: type ?? undefined, context: decodeContext(context) }, query);

/** The newest message that is older; found by going back no further than it must. */
async function lastBefore(at: Instant, ask: Ask): Promise<string> {
  const [fields] = await ask('SELECT seq FROM messages WHERE at < $1::bigint ORDER BY seq DESC LIMIT 1', [String(at)]);
  return fields?.[0] ?? '0';
}

async function seqOf(id: string, ask: Ask): Promise<string> {
  const [fields] = await ask('SELECT seq FROM messages WHERE id = $1', [id]);
  return fields?.[0] ?? '0';
}

async function findInstances({ program, status, limit, before }: InstanceQuery, { ask }: Inspected) {
  const rows = await ask(
    `SELECT ${INSTANCE_COLUMNS} FROM instances WHERE ($1::text IS NULL OR program = $1) AND ($2::text IS NULL OR status = $2)
       AND ($3::text IS NULL OR seq < (SELECT seq FROM instances WHERE id = $3)) ORDER BY seq DESC LIMIT $4`,
    [program ?? null, status ?? null, before ?? null, String(limit)],
  );
  return Promise.all(rows.map((fields) => instanceRecord(fields, ask)));
}

async function instanceRecord(fields: Fields, ask: Ask): Promise<InstanceRecord> {
  const { instance, startedAt, changedAt } = storedInstance(fields);
  const [waitingFor, timers, told] = await Promise.all([
    ask(`SELECT ${subscriptionColumns('s')} FROM subscriptions s WHERE s.instance = $1 ORDER BY s.seq`, [instance.id]),
    ask(
      `SELECT ${deliveryColumns('d')} FROM deliveries d WHERE d.lane = $1 AND d.timer IS NOT NULL
         AND d.state IN ('ready', 'leased') ORDER BY d.rank`,
      [instance.id],
    ),
    history('instance', instance.id, ask),
  ]);
  return {
    instance,
    startedAt,
    changedAt,
    waitingFor: waitingFor.map((row) => storedSubscription(row).subscription),
    timers: timersOf(timers.map(deliveryRow)),
    history: told,
  };
}

/** What became of deliveries, as statements. Each sees that the rows are as they were thought to be, and fails otherwise. */
import type { DeliveryRow } from '../tables.ts';
import { bigints, booleans, texts, type Value } from './arrays.ts';
import { encodeEvents } from './events.ts';
import { type Statement, type Step, step } from './pipeline.ts';
import type { DeliveryChanges } from './working-deliveries.ts';

const COLUMNS = `seq, message, timer, signal, subscriber, subscription, instance, lane, state, attempt, token, rank, due,
  since, code, reason, resumable, exposed, gap, events`;

const insertInto = (table: string) => `INSERT INTO ${table} (${COLUMNS})
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[], $16::text[],
    $17::boolean[], $18::boolean[], $19::text[], $20::text[])`;

const INSERT: Statement = { name: 'deliveries_insert', text: insertInto('deliveries') };
const INSERT_ENDED: Statement = { name: 'ended_insert', text: insertInto('ended') };

/** How the rows were found, and what they become. */
const GIVEN = `given AS (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::boolean[], $13::boolean[], $14::text[], $15::text[])
  AS g(seq, was_token, was_state, state, attempt, token, rank, due, since, code, reason, resumable, exposed, gap, events)
)`;
const FOUND = 'd.seq = g.seq AND d.token = g.was_token AND d.state = g.was_state';
const EVENTS = "nullif(concat_ws(',', d.events, g.events), '')";

const UPDATE: Statement = {
  name: 'deliveries_update',
  text: `WITH ${GIVEN}, changed AS (
    UPDATE deliveries d SET state = g.state, attempt = g.attempt, token = g.token, rank = g.rank, due = g.due,
      since = g.since, code = g.code, reason = g.reason, resumable = g.resumable, exposed = g.exposed, gap = g.gap,
      events = ${EVENTS}
    FROM given g WHERE ${FOUND} RETURNING 1
  ) SELECT expect(count(*), $16::bigint) FROM changed`,
};

const END: Statement = {
  name: 'deliveries_end',
  text: `WITH ${GIVEN}, gone AS (
    DELETE FROM deliveries d USING given g WHERE ${FOUND}
    RETURNING d.seq, d.message, d.timer, d.signal, d.subscriber, d.subscription, d.instance, d.lane, g.state, g.attempt,
      g.token, g.rank, g.due, g.since, g.code, g.reason, g.resumable, g.exposed, g.gap, ${EVENTS}
  ), kept AS (INSERT INTO ended (${COLUMNS}) SELECT * FROM gone RETURNING 1)
  SELECT expect(count(*), $16::bigint) FROM kept`,
};

const REMOVE: Statement = {
  name: 'deliveries_remove',
  text: `WITH gone AS (
    DELETE FROM deliveries d USING unnest($1::bigint[], $2::bigint[], $3::text[]) AS g(seq, was_token, was_state)
    WHERE ${FOUND} RETURNING 1
  ) SELECT expect(count(*), $4::bigint) FROM gone`,
};

export const hasEnded = ({ state }: DeliveryRow) => state === 'done' || state === 'terminated';

interface Changed {
  readonly before: DeliveryRow;
  readonly after: DeliveryRow;
}

export function deliverySteps(changes: DeliveryChanges): Step[] {
  const { before, after } = changes;
  const added = [...after.values()].filter(({ seq }) => !before.has(seq));
  const known = [...before.values()].filter((row) => after.get(row.seq) !== row);
  const removed = known.filter(({ seq }) => !after.has(seq));
  const changed = known.flatMap((row) => {
    const now = after.get(row.seq);
    return now ? [{ before: row, after: now }] : [];
  });
  const events = eventsOf(changes);
  const steps = [
    insertion(
      INSERT,
      added.filter((row) => !hasEnded(row)),
      events,
    ),
    insertion(INSERT_ENDED, added.filter(hasEnded), events),
    change(
      UPDATE,
      changed.filter((entry) => !hasEnded(entry.after)),
      events,
    ),
    change(
      END,
      changed.filter((entry) => hasEnded(entry.after)),
      events,
    ),
    removal(removed),
  ];
  return steps.flatMap((made) => made ?? []);
}

type Events = (row: DeliveryRow) => string | null;

function eventsOf({ events }: DeliveryChanges): Events {
  return ({ seq }) => {
    const told = events.get(seq);
    return told ? encodeEvents(told) : null;
  };
}

function insertion(statement: Statement, rows: readonly DeliveryRow[], events: Events): Step | undefined {
  if (rows.length === 0) return undefined;
  const as = <T>(pick: (row: DeliveryRow) => T) => rows.map(pick);
  return step(
    statement,
    bigints(as(({ seq }) => seq)),
    bigints(as(({ message }) => message)),
    texts(as(({ timer }) => timer)),
    texts(as(({ signal }) => signal)),
    texts(as(({ subscriber }) => subscriber)),
    texts(as(({ subscription }) => subscription)),
    texts(as(({ instance }) => instance)),
    texts(as(({ lane }) => lane)),
    ...stateColumns(rows, events),
  );
}

/** From `state` to `events`. */
function stateColumns(rows: readonly DeliveryRow[], events: Events): Value[] {
  const as = <T>(pick: (row: DeliveryRow) => T) => rows.map(pick);
  return [
    texts(as(({ state }) => state)),
    bigints(as(({ attempt }) => attempt)),
    bigints(as(({ token }) => token)),
    bigints(as(({ rank }) => rank)),
    bigints(as(({ due }) => due)),
    bigints(as(({ since }) => since)),
    texts(as(({ code }) => code)),
    texts(as(({ reason }) => reason)),
    booleans(as(({ resumable }) => resumable)),
    booleans(as(({ exposed }) => exposed)),
    texts(as(({ gap }) => gap)),
    texts(as(events)),
  ];
}

/** In the order of their numbers, so that hosts never wait for each other in a circle. */
function inOrder(rows: readonly Changed[]): Changed[] {
  return rows.toSorted((a, b) => a.before.seq - b.before.seq);
}

function change(statement: Statement, rows: readonly Changed[], events: Events): Step | undefined {
  if (rows.length === 0) return undefined;
  const sorted = inOrder(rows);
  const found = sorted.map(({ before }) => before);
  const columns = stateColumns(
    sorted.map(({ after }) => after),
    events,
  );
  return step(statement, ...foundAs(found), ...columns, String(rows.length));
}

function removal(rows: readonly DeliveryRow[]): Step | undefined {
  return rows.length === 0 ? undefined : step(REMOVE, ...foundAs(rows), String(rows.length));
}

function foundAs(rows: readonly DeliveryRow[]): Value[] {
  return [
    bigints(rows.map(({ seq }) => seq)),
    bigints(rows.map(({ token }) => token)),
    texts(rows.map(({ state }) => state)),
  ];
}

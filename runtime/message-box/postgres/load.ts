/**
 * Reads what a batch needs in one round trip, within a transaction that begins here. First of all it locks the lanes
 * (instances, ordered keys, names of owners and of watermarks) by their hash, in the same order on every host; then the deliveries, by number.
 * So no two hosts ever wait for each other in a circle, and what was read holds until the transaction ends.
 */
import type { Message } from '../../contracts/message.ts';
import type { DeliveryRow, MessageRef } from '../tables.ts';
import { bigints, texts } from './arrays.ts';
import type { Run } from './link.ts';
import type { Loaded } from './loaded.ts';
import type { Mirror } from './mirror.ts';
import { FEW, type Needs } from './needs.ts';
import { type Answer, type Statement, type Step, step } from './pipeline.ts';
import {
  deliveryColumns,
  deliveryRow,
  INSTANCE_COLUMNS,
  messageColumns,
  messageRow,
  ownerRow,
  type StoredSubscription,
  storedInstance,
  storedSubscription,
  subscriptionColumns,
  type VersionedRow,
} from './rows.ts';
import type { Seqs } from './seqs.ts';

const BEGIN: Statement = { name: 'begin', text: 'BEGIN' };
const VERSION: Statement = { name: 'load_version', text: 'SELECT version FROM routing' };

/** Lanes given, lanes of deliveries given, and instances whose subscriptions are filed at places given. */
const TOUCHED = `touched AS (
  SELECT lane, max(depth) AS depth FROM (
    SELECT * FROM unnest($1::text[], $2::bigint[]) AS g(lane, depth)
    UNION ALL SELECT lane, ${FEW} FROM deliveries WHERE seq = ANY($3::bigint[]) AND lane IS NOT NULL
    UNION ALL SELECT s.instance, ${FEW} FROM subscription_keys k JOIN subscriptions s ON s.seq = k.subscription
      WHERE k.key = ANY($4::text[])
  ) AS all_lanes GROUP BY lane
)`;

const LOCK: Statement = {
  name: 'load_lock',
  text: `WITH ${TOUCHED} SELECT lane, depth, pg_advisory_xact_lock(place) FROM (
    SELECT lane, depth, hashtextextended(lane, 18252) AS place FROM touched ORDER BY 3 OFFSET 0) AS placed`,
};

const OPEN = "state IN ('ready', 'leased')";

const DELIVERIES: Statement = {
  name: 'load_deliveries',
  text: `WITH ${TOUCHED}, wanted AS (
    SELECT first.seq FROM touched t CROSS JOIN LATERAL (
      SELECT d.seq FROM deliveries d WHERE d.lane = t.lane AND d.${OPEN} ORDER BY d.rank, d.seq LIMIT t.depth) AS first
    UNION SELECT d.seq FROM touched t JOIN deliveries d ON d.lane = t.lane AND d.exposed
    UNION SELECT d.seq FROM touched t JOIN deliveries d ON d.lane = t.lane AND d.gap IS NOT NULL
    UNION SELECT d.seq FROM unnest($5::text[], $6::text[]) AS g(lane, timer)
      JOIN deliveries d ON d.lane = g.lane AND d.timer = g.timer AND d.${OPEN}
    UNION SELECT unnest($3::bigint[])
  ) SELECT ${deliveryColumns('d')} FROM deliveries d WHERE d.seq IN (SELECT seq FROM wanted) ORDER BY d.seq FOR UPDATE`,
};

const INSTANCES: Statement = {
  name: 'load_instances',
  text: `WITH ${TOUCHED} SELECT id, ${INSTANCE_COLUMNS} FROM instances WHERE id IN (SELECT lane FROM touched)`,
};

const ENDED: Statement = {
  name: 'load_ended',
  text: `SELECT ${deliveryColumns('e')} FROM ended e WHERE e.seq = ANY($1::bigint[])`,
};
const KEYS: Statement = {
  name: 'load_keys',
  text: `SELECT k.scope, k.key, k.message FROM unnest($1::text[], $2::text[], $3::bigint[]) AS g(scope, key, since)
    JOIN keys k ON k.scope = g.scope AND k.key = g.key AND k.at >= g.since`,
};
const REFS: Statement = {
  name: 'load_refs',
  text: 'SELECT id, seq FROM messages WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE',
};
const MESSAGES: Statement = {
  name: 'load_messages',
  text: `SELECT ${messageColumns('m')} FROM messages m WHERE m.seq = ANY($1::bigint[])`,
};
const DELIVERIES_OF: Statement = {
  name: 'load_deliveries_of',
  text: `SELECT ${deliveryColumns('d')} FROM all_deliveries d WHERE d.message = ANY($1::bigint[]) ORDER BY d.seq`,
};
const FILED: Statement = {
  name: 'load_filed',
  text: `SELECT k.key, ${subscriptionColumns('s')} FROM subscription_keys k
    JOIN subscriptions s ON s.seq = k.subscription WHERE k.key = ANY($1::text[])`,
};
const SUBSCRIPTIONS: Statement = {
  name: 'load_subscriptions',
  text: `SELECT ${subscriptionColumns('s')} FROM subscriptions s WHERE s.id = ANY($1::text[])
    UNION SELECT ${subscriptionColumns('s')} FROM subscriptions s WHERE s.instance = ANY($2::text[])`,
};
const OWNERS: Statement = {
  name: 'load_owners',
  text: 'SELECT name, host, fence, since, until FROM owners WHERE name = ANY($1::text[]) ORDER BY name FOR UPDATE',
};
const WATERMARKS: Statement = {
  name: 'load_watermarks',
  text: 'SELECT name, value FROM watermarks WHERE name = ANY($1::text[])',
};
const PARTS: Statement = {
  name: 'load_parts',
  text: `SELECT seq FROM parts WHERE seq = ANY($1::bigint[]) AND (refs > 0 OR staged_at IS NOT NULL)
    ORDER BY seq FOR UPDATE`,
};

/** The lane under which hosts take turns at a name. */
const ownerLane = (name: string) => `owner ${name}`;
const watermarkLane = (name: string) => `watermark ${name}`;

export interface LoadSources {
  readonly run: Run;
  readonly mirror: Mirror;
  readonly seqs: Seqs;
  readonly now: number;
  /** Decodes messages, reading such parts as come with them. */
  readonly decode: (rows: readonly VersionedRow[]) => Promise<readonly Message[]>;
}

/** Leaves a transaction open, also when it throws. */
export async function load(needs: Needs, sources: LoadSources): Promise<Loaded> {
  const { run, mirror, seqs } = sources;
  const lanes = new Map(needs.lanes);
  for (const name of needs.owners) lanes.set(ownerLane(name), 1);
  for (const name of needs.watermarks) lanes.set(watermarkLane(name), 1);
  const touched = [
    texts([...lanes.keys()]),
    bigints([...lanes.values()]),
    bigints([...needs.deliveries]),
    texts([...needs.filed]),
  ];
  const parts = questions(needs, touched);
  // Places in a lane are told by number, so those of a lane that is locked now must be higher than all before.
  seqs.forget();
  const steps = [
    step(BEGIN),
    step(LOCK, ...touched),
    seqs.fetch(needs.seqs),
    step(VERSION),
    ...parts.map(({ ask }) => ask),
  ];
  const [, locked, fetched, version, ...rest] = await run(steps);
  seqs.fetched(fetched!, sources.now);
  if (Number(version![0]![0]) !== mirror.version) await mirror.refresh(run);
  const answers: Answers = new Map(parts.map(({ kind }, index) => [kind, rest[index]!]));
  return loadedFrom(needs, locked!, answers, sources);
}

type Kind =
  | 'deliveries'
  | 'instances'
  | 'ended'
  | 'keys'
  | 'refs'
  | 'messages'
  | 'deliveriesOf'
  | 'filed'
  | 'subscriptions'
  | 'owners'
  | 'watermarks'
  | 'parts';
type Answers = ReadonlyMap<Kind, Answer>;

/** Only what is needed is asked. */
function questions(needs: Needs, touched: Step['values']): { readonly kind: Kind; readonly ask: Step }[] {
  const { timers, keys, subscriptions, subscriptionsOf } = needs;
  const asks: { kind: Kind; ask: Step; needed: number }[] = [];
  const add = (kind: Kind, needed: number, ask: Step) => void asks.push({ kind, ask, needed });
  const inLanes = needs.lanes.size + needs.deliveries.size + needs.filed.size;
  const given = [...timers.values()];
  const timed = [texts(given.map(({ instance }) => instance)), texts(given.map(({ timer }) => timer))];
  add('filed', needs.filed.size, step(FILED, texts([...needs.filed])));
  add('instances', inLanes, step(INSTANCES, ...touched));
  add('deliveries', inLanes, step(DELIVERIES, ...touched, ...timed));
  add('ended', needs.ended.size, step(ENDED, bigints([...needs.ended])));
  const dedupe = [...keys.values()];
  const since = bigints(dedupe.map(({ notBefore = 0 }) => notBefore));
  const wanted = [texts(dedupe.map(({ scope }) => scope)), texts(dedupe.map(({ key }) => key)), since];
  add('keys', keys.size, step(KEYS, ...wanted));
  add('refs', needs.messageIds.size, step(REFS, texts([...needs.messageIds].sort())));
  add('messages', needs.messages.size, step(MESSAGES, bigints([...needs.messages])));
  add('deliveriesOf', needs.deliveriesOf.size, step(DELIVERIES_OF, bigints([...needs.deliveriesOf])));
  const ofInstances = step(SUBSCRIPTIONS, texts([...subscriptions]), texts([...subscriptionsOf]));
  add('subscriptions', subscriptions.size + subscriptionsOf.size, ofInstances);
  add('owners', needs.owners.size, step(OWNERS, texts([...needs.owners])));
  add('watermarks', needs.watermarks.size, step(WATERMARKS, texts([...needs.watermarks])));
  add('parts', needs.parts.size, step(PARTS, bigints([...needs.parts])));
  return asks.filter(({ needed }) => needed > 0);
}

async function loadedFrom(needs: Needs, locked: Answer, answers: Answers, sources: LoadSources): Promise<Loaded> {
  const of = (kind: Kind) => answers.get(kind) ?? [];
  const open = of('deliveries').map(deliveryRow);
  const deliveries = [...open, ...of('ended').map(deliveryRow)];
  const messages = of('messages').map((fields) => messageRow(fields));
  const decoded = messages.length === 0 ? [] : await sources.decode(messages);
  const keys = new Map(of('keys').map(([scope, key, message]) => [JSON.stringify([scope, key]), message!]));
  const owners = new Map(of('owners').map((fields) => [fields[0]!, ownerRow(fields)]));
  const watermarks = new Map(of('watermarks').map(([name, value]) => [name!, value!]));
  const alive = new Set(of('parts').map(([seq]) => Number(seq)));
  const refs = new Map(of('refs').map(([id, seq]) => [id!, Number(seq)]));
  return {
    hopeful: false,
    lanes: new Map(locked.map(([lane, depth]) => [lane!, Number(depth)])),
    deliveries: new Map(deliveries.map((row) => [row.seq, row])),
    askedDeliveries: needs.deliveries,
    instances: new Map(of('instances').map(([id, ...fields]) => [id!, storedInstance(fields)])),
    timers: new Set(needs.timers.keys()),
    keys: asked(needs.keys.keys(), keys),
    refs: asked(needs.messageIds, refs),
    messages: new Map(decoded.map((message, index) => [messages[index]!.seq, message])),
    deliveriesOf: grouped(needs.deliveriesOf, of('deliveriesOf').map(deliveryRow)),
    filed: filedFrom(needs, of('filed')),
    ...subscriptionsFrom(needs, of('subscriptions')),
    owners: asked(needs.owners, owners),
    watermarks: asked(needs.watermarks, watermarks),
    parts: new Map([...needs.parts].map((seq) => [seq, alive.has(seq)])),
  };
}

/** What was asked for and is not there is known not to be there. */
function asked<K, V>(keys: Iterable<K>, found: ReadonlyMap<K, V>): Map<K, V | undefined> {
  return new Map([...keys].map((key) => [key, found.get(key)]));
}

function grouped(refs: Iterable<MessageRef>, rows: readonly DeliveryRow[]): Map<MessageRef, DeliveryRow[]> {
  return new Map([...refs].map((ref) => [ref, rows.filter(({ message }) => message === ref)]));
}

function filedFrom({ filed }: Needs, rows: Answer): Map<string, StoredSubscription[]> {
  const found = new Map<string, StoredSubscription[]>([...filed].map((place) => [place, []]));
  for (const fields of rows) found.get(fields[0]!)!.push(storedSubscription(fields, 1));
  return found;
}

function subscriptionsFrom({ subscriptions, subscriptionsOf }: Needs, rows: Answer) {
  const found = rows.map((fields) => storedSubscription(fields));
  const byId = new Map(found.map((entry) => [entry.subscription.id, entry]));
  const ofInstances = [...subscriptionsOf].map(
    (instance) => [instance, found.filter((entry) => entry.subscription.instance === instance)] as const,
  );
  return { subscriptions: asked(subscriptions, byId), subscriptionsOf: new Map(ofInstances) };
}

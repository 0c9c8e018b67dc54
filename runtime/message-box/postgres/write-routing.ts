/** Changes of subscriptions and of who is stopped, as statements; and what they mean to the mirror. */
import { encodeOrdering } from '../ordering.ts';
import { bigints, texts } from './arrays.ts';
import { filedUnder } from './filing.ts';
import type { Mirror, MirrorChange } from './mirror.ts';
import { type Statement, type Step, step } from './pipeline.ts';
import type { StoredSubscription } from './rows.ts';
import type { Changes } from './working-set.ts';

const REMOVE: Statement = {
  name: 'subscriptions_remove',
  text: 'DELETE FROM subscriptions WHERE seq = ANY($1::bigint[])',
};
const REMOVE_KEYS: Statement = {
  name: 'subscription_keys_remove',
  text: 'DELETE FROM subscription_keys WHERE subscription = ANY($1::bigint[])',
};
const COLUMNS = 'seq, id, subscriber, instance, predicate, ordering';
const GIVEN = 'unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])';
const INSERT: Statement = {
  name: 'subscriptions_insert',
  text: `INSERT INTO subscriptions (${COLUMNS}) SELECT * FROM ${GIVEN}`,
};
const UPDATE: Statement = {
  name: 'subscriptions_update',
  text: `UPDATE subscriptions s SET subscriber = g.subscriber, instance = g.instance, predicate = g.predicate,
    ordering = g.ordering FROM ${GIVEN} AS g(${COLUMNS}) WHERE s.seq = g.seq`,
};
const KEYS: Statement = {
  name: 'subscription_keys_insert',
  text: 'INSERT INTO subscription_keys (key, subscription) SELECT * FROM unnest($1::text[], $2::bigint[])',
};
const NAMES: Statement = {
  name: 'key_names_insert',
  text: 'INSERT INTO key_names (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
};
const STOP: Statement = {
  name: 'stopped_insert',
  text: 'INSERT INTO stopped (subscriber, since) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING',
};
const START: Statement = { name: 'stopped_remove', text: 'DELETE FROM stopped WHERE subscriber = ANY($1::text[])' };
/** First, so that hosts which change the routing take turns from the start. */
const VERSION: Statement = {
  name: 'routing_next',
  text: `WITH changed AS (UPDATE routing SET version = version + 1 WHERE version = $1::bigint RETURNING 1)
    SELECT expect(count(*), 1) FROM changed`,
};
const SEEN: Statement = {
  name: 'routing_see',
  text: 'SELECT expect(count(*), 1) FROM routing WHERE version = $1::bigint',
};

/** Fails when the mirror by which a batch was matched shows an old version. */
export const seenStep = ({ version }: Mirror): Step => step(SEEN, String(version));

/** What every host must know before it publishes again; undefined when it is nothing. */
export function mirrorChange({ subscriptions, stopped }: Changes, mirror: Mirror): MirrorChange | undefined {
  const { before, after } = subscriptions;
  const isStanding = (entry: StoredSubscription | null | undefined) => entry?.subscription.instance === undefined;
  const changed = [...after].filter(([id, entry]) => before.get(id) || entry);
  const standing = changed.filter(
    ([id, entry]) => (before.get(id) && isStanding(before.get(id))) || (entry && isStanding(entry)),
  );
  const put = standing.flatMap(([, entry]) => entry ?? []);
  const removed = standing.flatMap(([id, entry]) => (entry ? [] : [id]));
  const names = namesOf(after).filter((name) => !mirror.names.has(name));
  const paused = [...stopped].flatMap(([subscriber, since]) => (since === null ? [] : [subscriber]));
  const started = [...stopped].flatMap(([subscriber, since]) => (since === null ? [subscriber] : []));
  const parts = [put, removed, names, paused, started];
  if (parts.every((part) => part.length === 0)) return undefined;
  return { put, removed, names, stopped: paused, started };
}

function namesOf(after: Changes['subscriptions']['after']): string[] {
  const ofInstances = [...after.values()].filter((entry) => entry?.subscription.instance !== undefined);
  return [...new Set(ofInstances.flatMap((entry) => filedUnder(entry!.subscription).map(({ name }) => name)))];
}

export function routingSteps(changes: Changes, mirror: Mirror): Step[] {
  const change = mirrorChange(changes, mirror);
  return [
    ...(change ? [step(VERSION, String(mirror.version))] : []),
    ...(change && change.names.length > 0 ? [step(NAMES, texts(change.names))] : []),
    ...subscriptionSteps(changes.subscriptions),
    ...stopSteps(changes),
  ];
}

function subscriptionSteps({ before, after }: Changes['subscriptions']): Step[] {
  const put = [...after].flatMap(([id, entry]) => (entry ? [{ entry, known: before.get(id) }] : []));
  const added = put.filter(({ known }) => !known).map(({ entry }) => entry);
  const changed = put.filter(({ known }) => known).map(({ entry }) => entry);
  const removed = [...after].flatMap(([id, entry]) => (entry ? [] : (before.get(id)?.seq ?? [])));
  const filed = put.flatMap(({ entry }) =>
    entry.subscription.instance === undefined
      ? []
      : filedUnder(entry.subscription).map(({ place }) => ({ place, seq: entry.seq })),
  );
  const unfiled = [...removed, ...changed.map(({ seq }) => seq)];
  return [
    ...(unfiled.length === 0 ? [] : [step(REMOVE_KEYS, bigints(unfiled))]),
    ...(removed.length === 0 ? [] : [step(REMOVE, bigints(removed))]),
    ...(added.length === 0 ? [] : [step(INSERT, ...columnsOf(added))]),
    ...(changed.length === 0 ? [] : [step(UPDATE, ...columnsOf(changed))]),
    ...(filed.length === 0
      ? []
      : [step(KEYS, texts(filed.map(({ place }) => place)), bigints(filed.map(({ seq }) => seq)))]),
  ];
}

function columnsOf(entries: readonly StoredSubscription[]) {
  const as = <T>(pick: (entry: StoredSubscription['subscription']) => T) =>
    entries.map(({ subscription }) => pick(subscription));
  return [
    bigints(entries.map(({ seq }) => seq)),
    texts(as(({ id }) => id)),
    texts(as(({ subscriber }) => subscriber)),
    texts(as(({ instance = null }) => instance)),
    texts(as(({ where }) => JSON.stringify(where))),
    texts(as(encodeOrdering)),
  ];
}

function stopSteps({ stopped }: Changes): Step[] {
  const paused = [...stopped].flatMap(([subscriber, since]) => (since === null ? [] : [[subscriber, since] as const]));
  const started = [...stopped].flatMap(([subscriber, since]) => (since === null ? [subscriber] : []));
  return [
    ...(paused.length === 0
      ? []
      : [step(STOP, texts(paused.map(([subscriber]) => subscriber)), bigints(paused.map(([, since]) => since)))]),
    ...(started.length === 0 ? [] : [step(START, texts(started))]),
  ];
}

/** Everything that a batch changed, as statements for one round trip: set-based, and always in the same order of tables. */
import type { PartRef } from '../part-tables.ts';
import { storedParts } from '../sqlite/message-row.ts';
import { bigints, booleans, byteas, texts } from './arrays.ts';
import { encodeEvents } from './events.ts';
import type { Mirror } from './mirror.ts';
import { type Statement, type Step, step } from './pipeline.ts';
import type { MessageChanges, PutMessage } from './working-messages.ts';
import type { Changes } from './working-set.ts';
import { deliverySteps } from './write-deliveries.ts';
import { routingSteps } from './write-routing.ts';
import { watermarkSteps } from './write-watermarks.ts';

const PARTS: Statement = {
  name: 'parts_insert',
  text: 'INSERT INTO parts (seq, bytes) SELECT * FROM unnest($1::bigint[], $2::bytea[])',
};
/** What nobody refers to any more may be on its way out, and is not referred to again. */
const REFER: Statement = {
  name: 'parts_refer',
  text: `WITH given AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS g(seq, refs, fresh)), changed AS (
    UPDATE parts p SET refs = p.refs + g.refs::int, staged_at = NULL FROM given g
    WHERE p.seq = g.seq AND (p.refs > 0 OR p.staged_at IS NOT NULL OR g.fresh) RETURNING 1
  ) SELECT expect(count(*), $4::bigint) FROM changed`,
};
const LET_GO: Statement = {
  name: 'parts_let_go',
  text: `UPDATE parts p SET refs = p.refs - c.refs FROM (
      SELECT (e.value ->> 3)::bigint AS seq, count(*)::int AS refs
      FROM messages m CROSS JOIN LATERAL json_array_elements(m.parts::json) AS e
      WHERE m.seq = ANY($1::bigint[]) AND e.value ->> 3 IS NOT NULL GROUP BY 1
    ) AS c WHERE p.seq = c.seq`,
};
const GIVEN_MESSAGES = `unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[],
  $8::text[], $9::bytea[], $10::text[])`;
const MESSAGES: Statement = {
  name: 'messages_insert',
  text: `INSERT INTO messages (seq, id, interchange, type, at, response_to, context, parts, body, events)
    SELECT * FROM ${GIVEN_MESSAGES}`,
};
const REPLACE: Statement = {
  name: 'messages_replace',
  text: `WITH changed AS (
    UPDATE messages m SET interchange = g.interchange, type = g.type, response_to = g.response_to, context = g.context,
      parts = g.parts, body = g.body, events = nullif(concat_ws(',', m.events, g.events), ''), version = m.version + 1
    FROM ${GIVEN_MESSAGES} AS g(seq, id, interchange, type, at, response_to, context, parts, body, events)
    WHERE m.seq = g.seq RETURNING 1
  ) SELECT expect(count(*), $11::bigint) FROM changed`,
};
const KEYS: Statement = {
  name: 'keys_insert',
  text: `INSERT INTO keys (scope, key, message, at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])`,
};
/** The insert that follows then fails on those that count still, or that another host has taken by now. */
const OLD_KEYS: Statement = {
  name: 'keys_forget',
  text: `DELETE FROM keys k USING unnest($1::text[], $2::text[], $3::bigint[]) AS g(scope, key, since)
    WHERE k.scope = g.scope AND k.key = g.key AND k.at < g.since`,
};
const INSTANCES: Statement = {
  name: 'instances_put',
  text: `INSERT INTO instances (id, program, status, started_at, changed_at, body)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at, body = excluded.body`,
};
const DEFINITIONS: Statement = {
  name: 'definitions_insert',
  text: `INSERT INTO definitions (hash, name, content) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
    ON CONFLICT DO NOTHING`,
};
const CURRENT: Statement = {
  name: 'deployed_put',
  text: 'INSERT INTO deployed VALUES (1, $1) ON CONFLICT (slot) DO UPDATE SET hash = excluded.hash',
};
const OWNERS: Statement = {
  name: 'owners_put',
  text: `INSERT INTO owners (name, host, fence, since, until)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS g(name, host, fence, since, until) ORDER BY name
    ON CONFLICT (name) DO UPDATE SET host = excluded.host, fence = excluded.fence, since = excluded.since,
      until = excluded.until`,
};
const OWNED: Statement = {
  name: 'owners_see',
  text: `WITH held AS (
    SELECT 1 FROM owners o JOIN unnest($1::text[], $2::bigint[]) AS g(name, fence) ON o.name = g.name
    WHERE o.fence = g.fence AND o.host IS NOT NULL FOR SHARE OF o
  ) SELECT expect(count(*), $3::bigint) FROM held`,
};
const HISTORY: Statement = {
  name: 'history_insert',
  text: `INSERT INTO history (name, at, message, instance, port, data)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])`,
};

/** The steps after which the database is as the batch left it; none when nothing changed. */
export function writeSteps(changes: Changes, mirror: Mirror): Step[] {
  return [
    ...messageSteps(changes.messages),
    ...keySteps(changes),
    ...instanceSteps(changes),
    ...deliverySteps(changes.deliveries),
    ...routingSteps(changes, mirror),
    ...ownerSteps(changes),
    ...watermarkSteps(changes),
    ...definitionSteps(changes),
    ...historySteps(changes),
  ];
}

function messageSteps({ put, newParts }: MessageChanges): Step[] {
  if (put.size === 0) return [];
  const parts = [...newParts.values()];
  const entries = [...put];
  const added = entries.filter(([, { replaces }]) => !replaces);
  const replaced = entries.filter(([, { replaces }]) => replaces);
  const fresh = new Set(parts.map(({ seq }) => seq));
  const refs = countRefs(entries.map(([, entry]) => entry));
  const seqs = [...refs.keys()];
  return [
    ...(parts.length === 0
      ? []
      : [step(PARTS, bigints(parts.map(({ seq }) => seq)), byteas(parts.map(({ part }) => part.bytes!)))]),
    ...(seqs.length === 0 ? [] : [referStep(seqs, refs, fresh)]),
    ...(added.length === 0 ? [] : [step(MESSAGES, ...messageColumns(added))]),
    ...(replaced.length === 0
      ? []
      : [
          step(LET_GO, bigints(replaced.map(([ref]) => ref))),
          step(REPLACE, ...messageColumns(replaced), String(replaced.length)),
        ]),
  ];
}

function countRefs(entries: readonly PutMessage[]): Map<PartRef, number> {
  const refs = new Map<PartRef, number>();
  for (const { parts } of entries) for (const seq of storedParts(parts)) refs.set(seq, (refs.get(seq) ?? 0) + 1);
  return new Map([...refs].sort(([a], [b]) => a - b));
}

function referStep(seqs: PartRef[], refs: ReadonlyMap<PartRef, number>, fresh: ReadonlySet<PartRef>): Step {
  const isFresh = booleans(seqs.map((seq) => fresh.has(seq)));
  return step(REFER, bigints(seqs), bigints([...refs.values()]), isFresh, String(seqs.length));
}

function messageColumns(entries: readonly (readonly [number, PutMessage])[]) {
  const as = <T>(pick: (entry: PutMessage) => T) => entries.map(([, entry]) => pick(entry));
  return [
    bigints(entries.map(([ref]) => ref)),
    texts(as(({ message }) => message.id)),
    texts(as(({ message }) => message.interchange)),
    texts(as(({ message }) => message.type ?? null)),
    bigints(as(({ at }) => at)),
    texts(as(({ response }) => response)),
    texts(as(({ context }) => context)),
    texts(as(({ parts }) => parts)),
    byteas(as(({ body }) => body)),
    texts(as(({ events }) => (events.length === 0 ? null : encodeEvents(events)))),
  ];
}

/** Sorted, so that two hosts with the same keys wait for each other in one direction. */
function keySteps({ keys }: Changes): Step[] {
  if (keys.size === 0) return [];
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  const timed = sorted.flatMap(({ key }) => (key.notBefore === undefined ? [] : [key]));
  const forget = step(
    OLD_KEYS,
    texts(timed.map(({ scope }) => scope)),
    texts(timed.map(({ key }) => key)),
    bigints(timed.map(({ notBefore = 0 }) => notBefore)),
  );
  return [
    ...(timed.length > 0 ? [forget] : []),
    step(
      KEYS,
      texts(sorted.map(({ key }) => key.scope)),
      texts(sorted.map(({ key }) => key.key)),
      texts(sorted.map(({ message }) => message)),
      bigints(sorted.map(({ at }) => at)),
    ),
  ];
}

function instanceSteps({ instances }: Changes): Step[] {
  if (instances.size === 0) return [];
  const rows = [...instances.values()];
  return [
    step(
      INSTANCES,
      texts(rows.map(({ instance }) => instance.id)),
      texts(rows.map(({ instance }) => instance.program)),
      texts(rows.map(({ instance }) => instance.status)),
      bigints(rows.map(({ startedAt }) => startedAt)),
      bigints(rows.map(({ changedAt }) => changedAt)),
      texts(rows.map(({ instance }) => JSON.stringify(instance))),
    ),
  ];
}

function ownerSteps({ owners, presumedOwners }: Changes): Step[] {
  const put = [...owners.values()];
  const seen = [...presumedOwners.values()];
  return [
    ...(put.length === 0
      ? []
      : [
          step(
            OWNERS,
            texts(put.map(({ name }) => name)),
            texts(put.map(({ host }) => host)),
            bigints(put.map(({ fence }) => fence)),
            bigints(put.map(({ since }) => since)),
            bigints(put.map(({ until }) => until)),
          ),
        ]),
    ...(seen.length === 0
      ? []
      : [
          step(
            OWNED,
            texts(seen.map(({ name }) => name)),
            bigints(seen.map(({ fence }) => fence)),
            String(seen.length),
          ),
        ]),
  ];
}

function definitionSteps({ definitions, current }: Changes): Step[] {
  const rows = [...definitions.values()];
  const hash = current.get('hash');
  return [
    ...(rows.length === 0
      ? []
      : [
          step(
            DEFINITIONS,
            texts(rows.map((row) => row.hash)),
            texts(rows.map(({ name }) => name)),
            texts(rows.map(({ content }) => content)),
          ),
        ]),
    ...(hash === undefined ? [] : [step(CURRENT, hash)]),
  ];
}

function historySteps({ history }: Changes): Step[] {
  if (history.length === 0) return [];
  return [
    step(
      HISTORY,
      texts(history.map(({ name }) => name)),
      bigints(history.map(({ at }) => at)),
      texts(history.map(({ message }) => message ?? null)),
      texts(history.map(({ instance }) => instance ?? null)),
      texts(history.map(({ port }) => port ?? null)),
      texts(history.map(({ data }) => JSON.stringify(data))),
    ),
  ];
}

/**
 * The retention policy on PostgreSQL: the same rounds of small steps as in ../purge.ts, with the looking and the removing done
 * by the server in sets. Each removal sees again that what it removes is still final.
 */
import { BUS } from '../../contracts/properties.ts';
import type { Purge, Purged, Retention } from '../../contracts/retention.ts';
import { hasEnded } from '../end-instance.ts';
import { addedUp } from '../purge.ts';
import type { PartReference } from '../sqlite/message-row.ts';
import { STRIPPED } from '../sqlite/message-row.ts';
import type { MessageRef } from '../tables.ts';
import { placesFor } from './filing.ts';
import type { Messages } from './messages.ts';
import type { Mirror } from './mirror.ts';
import type { Ask } from './parts.ts';
import { createRemovals, type Removals } from './removals.ts';

export interface PurgeSources {
  readonly ask: Ask;
  readonly mirror: Mirror;
  readonly messages: Messages;
}

export interface Retiring {
  purge(request: Purge): Promise<Purged>;
}

/** A part that was staged so long ago (ms) belongs to no unit under way: whoever staged it died. */
const ABANDONED = 86_400_000;

type Counted = { -readonly [K in keyof Omit<Purged, 'more'>]: number };

interface State {
  phase: number;
  cursor: number;
  /** Messages that running instances held when the round began. Later they take hold of nothing old. */
  readonly held: Set<string>;
}

interface Step extends PurgeSources {
  readonly request: Purge;
  readonly state: State;
  readonly counted: Counted;
  readonly removals: Removals;
  /** False: only count. */
  readonly remove: boolean;
}

const PHASES = [instances, messages, keys, parts];

export function createRetiring(sources: PurgeSources): Retiring {
  const removals = createRemovals(sources.ask);
  let round = begin();
  let turn: Promise<unknown> = Promise.resolve();

  async function take(request: Purge, state: State, remove: boolean): Promise<Purged> {
    const counted = { messages: 0, bodies: 0, instances: 0, keys: 0 };
    let left = Math.max(1, request.limit);
    while (left > 0 && state.phase < PHASES.length) {
      left -= await PHASES[state.phase]!({ ...sources, request, state, counted, removals, remove }, left);
      if (left > 0) Object.assign(state, { phase: state.phase + 1, cursor: 0 });
    }
    return { ...counted, more: state.phase < PHASES.length };
  }

  async function next(request: Purge): Promise<Purged> {
    const found = await take(request, round, true);
    if (!found.more) round = begin();
    return found;
  }

  async function wouldPurge(request: Purge): Promise<Purged> {
    const state = begin();
    let found = await take(request, state, false);
    while (found.more) found = addedUp(found, await take(request, state, false));
    return found;
  }

  return {
    purge: (request) => {
      const taken = turn.then(() => (request.dryRun ? wouldPurge(request) : next(request)));
      turn = taken.catch(() => {}); // Whoever asked is told.
      return taken;
    },
  };
}

const begin = (): State => ({ phase: 0, cursor: 0, held: new Set() });

async function instances({ ask, request, state, counted, removals, remove }: Step, limit: number): Promise<number> {
  const rows = await ask(
    `SELECT seq, id, status, changed_at, body::json -> 'messages' FROM instances WHERE seq > $1 ORDER BY seq LIMIT $2`,
    [String(state.cursor), String(limit)],
  );
  const old: string[] = [];
  for (const [seq, id, status, changedAt, held] of rows) {
    state.cursor = Number(seq);
    if (!hasEnded({ status: status as 'waiting' })) for (const message of JSON.parse(held!)) state.held.add(message);
    else if (Number(changedAt) <= request.now - request.policy.instances) old.push(id!);
  }
  if (remove && old.length > 0) await removals.instances(old);
  counted.instances += old.length;
  return rows.length;
}

interface Aged {
  readonly ref: MessageRef;
  readonly id: string;
  readonly type: string | null;
  readonly at: number;
  readonly parts: string;
  readonly isOpen: boolean;
  readonly isTerminated: boolean;
  /** When its last delivery ended. */
  readonly last: number;
}

const AGED = `SELECT m.seq, m.id, m.type, m.at, m.parts,
    EXISTS (SELECT 1 FROM deliveries d WHERE d.message = m.seq),
    EXISTS (SELECT 1 FROM ended e WHERE e.message = m.seq AND e.state = 'terminated'),
    (SELECT max(e.since) FROM ended e WHERE e.message = m.seq)
  FROM messages m WHERE m.seq > $1 ORDER BY m.seq LIMIT $2`;

async function messages(step: Step, limit: number): Promise<number> {
  const { ask, request, state, counted, removals, remove } = step;
  const young = request.now - shortest(request.policy);
  const rows = await ask(AGED, [String(state.cursor), String(limit)]);
  const aged = rows.map(([seq, id, type, at, parts, open, terminated, last]): Aged => {
    const whole = { ref: Number(seq), id: id!, type: type!, at: Number(at), parts: parts! };
    return { ...whole, isOpen: open === 't', isTerminated: terminated === 't', last: Number(last ?? at) };
  });
  const end = aged.findIndex(({ at }) => at > young); // What was stored after it is younger still.
  const looked = end < 0 ? aged : aged.slice(0, end);
  state.cursor = looked.at(-1)?.ref ?? state.cursor;
  const awaited = await awaitedAmong(looked, step);
  const free = looked.filter(({ isOpen, id }) => !isOpen && !state.held.has(id) && !awaited.has(id));
  const old = free.filter((message) => ageOf(message, request) >= lifeOf(message, request.policy));
  const { bodies } = request.policy;
  const bare = free.filter(
    (message) =>
      !old.includes(message) && bodies !== undefined && ageOf(message, request) >= bodies && hasBytes(message),
  );
  counted.messages += old.length;
  counted.bodies += bare.length;
  if (remove && old.length > 0) await removals.messages(old.map(({ ref }) => ref));
  if (remove && bare.length > 0) {
    await removals.bodies(bare.map(({ ref, parts }) => ({ ref, before: parts, parts: stripped(parts) })));
  }
  if (remove) for (const { ref } of [...old, ...bare]) step.messages.forget(ref);
  return looked.length;
}

const ageOf = ({ at, last }: Aged, { now }: Purge) => now - Math.max(at, last);

function lifeOf({ type, isTerminated }: Aged, policy: Retention): number {
  const own = type !== null && Object.hasOwn(policy.types, type) ? policy.types[type] : undefined;
  return own ?? (isTerminated ? policy.terminated : policy.delivered);
}

function shortest({ delivered, terminated, types, bodies }: Retention): number {
  return Math.min(delivered, terminated, bodies ?? Number.POSITIVE_INFINITY, ...Object.values(types));
}

const referencesOf = (parts: string) => JSON.parse(parts) as PartReference[];
const hasBytes = ({ parts }: Aged) => referencesOf(parts).some(([, , size, seq]) => size > 0 && seq !== STRIPPED);

function stripped(parts: string): string {
  const bare = referencesOf(parts).map(([name, contentType, size]) =>
    size > 0 ? [name, contentType, size, STRIPPED] : [name, contentType, size],
  );
  return JSON.stringify(bare);
}

/** A subscription waits for the answer to this very message. */
async function awaitedAmong(aged: readonly Aged[], { ask, mirror }: Step): Promise<Set<string>> {
  const names = (where: readonly { readonly property: string }[]) =>
    where.some(({ property }) => property === BUS.responseTo);
  const answerTo = (id: string) => new Map([[BUS.responseTo, { value: id, promoted: true }]]);
  const standing = aged.filter(({ id }) => mirror.standing.match(answerTo(id)).some(({ where }) => where.some(names)));
  const place = ({ id }: Aged) => placesFor(answerTo(id), new Set([BUS.responseTo]))[0]!;
  const rows = await ask(
    'SELECT DISTINCT k.key FROM json_array_elements_text($1::json) AS g(key) JOIN subscription_keys k ON k.key = g.key',
    [JSON.stringify(aged.map(place))],
  );
  const places = new Set(rows.map(([key]) => key));
  return new Set([...standing, ...aged.filter((message) => places.has(place(message)))].map(({ id }) => id));
}

async function keys({ ask, request: { now, policy }, counted, remove }: Step, limit: number): Promise<number> {
  const before = String(now - policy.keys);
  const [row] = remove
    ? await ask(
        `WITH old AS (SELECT scope, key FROM keys WHERE at < $1 ORDER BY at LIMIT $2), gone AS (
           DELETE FROM keys k USING old WHERE k.scope = old.scope AND k.key = old.key RETURNING 1
         ) SELECT count(*) FROM gone`,
        [before, String(limit)],
      )
    : await ask('SELECT count(*) FROM keys WHERE at < $1', [before]);
  counted.keys += Number(row![0]);
  return remove ? Number(row![0]) : 0;
}

async function parts({ request, removals, remove }: Step, limit: number): Promise<number> {
  return remove ? removals.parts(request.now - ABANDONED, limit) : 0;
}

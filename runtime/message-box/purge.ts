/**
 * The retention policy at work: in rounds of small steps, each a transaction. Only what is final and old goes: a message
 * stays while a delivery of it is open or suspended, while a running instance refers to it, and while an answer to it is
 * awaited.
 */
import { BUS } from '../contracts/properties.ts';
import type { Purge, Purged, Retention } from '../contracts/retention.ts';
import { hasEnded } from './end-instance.ts';
import type { PartTables } from './part-tables.ts';
import type { AgedMessage, PurgeTables } from './purge-tables.ts';
import type { Store } from './store.ts';
import type { DeliveryRow } from './tables.ts';

export interface PurgeRound {
  /** One step; after the last of a round the next one begins. */
  step(request: Purge): Purged;
}

export interface PurgeStore extends Pick<Store, 'matcher'> {
  readonly tables: Store['tables'] & PartTables & PurgeTables;
}

/** A part that was staged so long ago (ms) belongs to no unit under way: whoever staged it died. */
const ABANDONED = 86_400_000;

/** To remove a chunk takes as long as to remove so many messages, roughly. */
const CHUNK_COST = 8;

type Counted = { -readonly [K in keyof Omit<Purged, 'more'>]: number };

interface State {
  phase: number;
  cursor: number;
  /** Messages that running instances held when the round began. Later they take hold of nothing old. */
  readonly held: Set<string>;
}

interface Step {
  readonly request: Purge;
  readonly store: PurgeStore;
  readonly state: State;
  readonly counted: Counted;
  /** False: only count. */
  readonly remove: boolean;
}

/** Each looks at so much at most; gives how much it looked at. Less than that: the phase is over. */
const PHASES: readonly ((step: Step, limit: number) => number)[] = [instances, messages, keys, parts];

export function createPurgeRound(store: PurgeStore, { remove = true } = {}): PurgeRound {
  const begin = (): State => ({ phase: 0, cursor: 0, held: new Set() });
  let state = begin();
  return {
    step: (request) => {
      const counted = { messages: 0, bodies: 0, instances: 0, keys: 0 };
      let left = Math.max(1, request.limit);
      while (left > 0 && state.phase < PHASES.length) {
        const limit = left;
        left -= PHASES[state.phase]!({ request, store, state, counted, remove }, limit);
        if (left > 0) Object.assign(state, { phase: state.phase + 1, cursor: 0 });
      }
      const more = state.phase < PHASES.length;
      if (!more) state = begin();
      return { ...counted, more };
    },
  };
}

function instances({ request, store: { tables }, state, counted, remove }: Step, limit: number): number {
  const found = tables.instancesAfter(state.cursor, limit);
  for (const { seq, instance, changedAt } of found) {
    state.cursor = seq;
    if (!hasEnded(instance)) for (const id of instance.messages) state.held.add(id);
    else if (changedAt <= request.now - request.policy.instances) {
      if (remove) tables.removeInstance(instance.id);
      counted.instances += 1;
    }
  }
  return found.length;
}

function messages(step: Step, limit: number): number {
  const { request, store, state } = step;
  const young = request.now - shortest(request.policy);
  const found = store.tables.messagesAfter(state.cursor, limit);
  for (const [index, message] of found.entries()) {
    if (message.at > young) return index; // What was stored after it is younger still.
    state.cursor = message.ref;
    purgeMessage(message, step);
  }
  return found.length;
}

function purgeMessage(message: AgedMessage, { request: { now, policy }, store, state, counted, remove }: Step): void {
  const { tables } = store;
  const deliveries = tables.deliveriesOf(message.ref);
  if (!deliveries.every(isFinal) || state.held.has(message.id) || isAwaited(message.id, store)) return;
  const age = now - Math.max(message.at, ...deliveries.map(({ since }) => since));
  if (age >= lifeOf(message, deliveries, policy)) {
    if (remove) tables.removeMessage(message.ref);
    counted.messages += 1;
  } else if (message.hasBytes && policy.bodies !== undefined && age >= policy.bodies) {
    if (remove) tables.stripMessage(message.ref);
    counted.bodies += 1;
  }
}

const isFinal = ({ state }: DeliveryRow) => state === 'done' || state === 'terminated';

function lifeOf({ type }: AgedMessage, deliveries: readonly DeliveryRow[], policy: Retention): number {
  const own = type !== undefined && Object.hasOwn(policy.types, type) ? policy.types[type] : undefined;
  return own ?? (deliveries.some(({ state }) => state === 'terminated') ? policy.terminated : policy.delivered);
}

/** A subscription waits for the answer to this very message. */
function isAwaited(id: string, { matcher }: PurgeStore): boolean {
  const answer = new Map([[BUS.responseTo, { value: id, promoted: true }]]);
  const names = (where: readonly { readonly property: string }[]) =>
    where.some((one) => one.property === BUS.responseTo);
  return matcher.match(answer).some(({ where }) => where.some(names));
}

function shortest({ delivered, terminated, types, bodies }: Retention): number {
  return Math.min(delivered, terminated, bodies ?? Number.POSITIVE_INFINITY, ...Object.values(types));
}

function keys({ request: { now, policy }, store: { tables }, counted, remove }: Step, limit: number): number {
  const before = now - policy.keys;
  const gone = remove ? tables.removeKeys(before, limit) : 0;
  counted.keys += remove ? gone : tables.countKeys(before);
  return gone;
}

function parts({ request, store: { tables }, remove }: Step, limit: number): number {
  const chunks = Math.max(1, Math.floor(limit / CHUNK_COST));
  const gone = remove ? tables.sweepParts(request.now - ABANDONED, chunks) : 0;
  return gone < chunks ? Math.min(gone * CHUNK_COST, limit - 1) : limit;
}

export function addedUp(some: Purged, more: Purged): Purged {
  return {
    messages: some.messages + more.messages,
    bodies: some.bodies + more.bodies,
    instances: some.instances + more.instances,
    keys: some.keys + more.keys,
    more: more.more,
  };
}

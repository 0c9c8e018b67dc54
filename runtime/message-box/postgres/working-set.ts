/**
 * A set of tables that knows only the rows which a batch of work needs. The work is done on it as on any store; what it
 * asks for that is not there throws `notLoaded`, and the batch is done again with that. What became of the rows is then
 * written at once.
 */
import type { Instant } from '../../contracts/clock.ts';
import type { TrackingEvent } from '../../contracts/events.ts';
import type { Watermark } from '../../contracts/inspection.ts';
import type { DedupeKey, Definition } from '../../contracts/message-box.ts';
import { createJournal, type Journal } from '../memory/journal.ts';
import type { Store } from '../store.ts';
import type { OwnerRow, StoredInstance, Tables } from '../tables.ts';
import type { Leases } from './leases.ts';
import type { Loaded } from './loaded.ts';
import type { Mirror } from './mirror.ts';
import { dedupeKey, needInstance, notLoaded } from './needs.ts';
import type { KnownParts } from './parts.ts';
import { createWorkingDeliveries, type DeliveryChanges } from './working-deliveries.ts';
import { createWorkingMessages, type MessageChanges } from './working-messages.ts';
import { createWorkingSubscriptions, type SubscriptionChanges } from './working-subscriptions.ts';

/** What a batch made of the database, as far as it knows it. */
export interface Changes {
  readonly messages: MessageChanges;
  readonly deliveries: DeliveryChanges;
  readonly subscriptions: SubscriptionChanges;
  readonly keys: ReadonlyMap<string, { readonly key: DedupeKey; readonly message: string; readonly at: Instant }>;
  readonly instances: ReadonlyMap<string, StoredInstance>;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The hash of the definition that is to be current, if any. */
  readonly current: ReadonlyMap<'hash', string>;
  readonly owners: ReadonlyMap<string, OwnerRow>;
  /** Gone by, though not looked at. */
  readonly presumedOwners: ReadonlyMap<string, OwnerRow>;
  /** Subscriber to since when it is stopped; null: started. */
  readonly stopped: ReadonlyMap<string, Instant | null>;
  /** Null: forgotten. */
  readonly watermarks: ReadonlyMap<string, Watermark | null>;
  readonly history: readonly TrackingEvent[];
}

export interface WorkingSet {
  readonly tables: Tables;
  readonly matcher: Store['matcher'];
  readonly loaded: Loaded;
  readonly changes: Changes;
  /** What was done since the last call stays. */
  keep(): void;
  /** Undoes what was done since. */
  undo(): void;
}

export interface WorkingSources {
  readonly loaded: Loaded;
  readonly mirror: Mirror;
  readonly leases: Leases;
  readonly known: KnownParts;
  /** Names that this process holds, as it last saw them. */
  readonly held: ReadonlyMap<string, OwnerRow>;
  readonly takeSeq: () => number;
}

export function createWorkingSet(sources: WorkingSources): WorkingSet {
  const { loaded } = sources;
  const journal = createJournal();
  const within = { ...sources, journal };
  const messages = createWorkingMessages(within);
  const deliveries = createWorkingDeliveries(within);
  const subscriptions = createWorkingSubscriptions(within);
  const state = createState();
  const tables: Tables = {
    ...unused,
    ...messages,
    ...deliveries,
    ...stateTables(within, state),
    // The matcher is what the batch knows of subscriptions.
    putSubscription: () => {},
    removeSubscription: () => {},
  };
  return {
    tables,
    matcher: subscriptions.matcher,
    loaded,
    changes: { ...state, messages: messages.changes, deliveries, subscriptions: subscriptions.changes },
    keep: journal.forget,
    undo: journal.undo,
  };
}

function createState() {
  return {
    keys: new Map<string, { key: DedupeKey; message: string; at: Instant }>(),
    instances: new Map<string, StoredInstance>(),
    definitions: new Map<string, Definition>(),
    current: new Map<'hash', string>(),
    owners: new Map<string, OwnerRow>(),
    presumedOwners: new Map<string, OwnerRow>(),
    stopped: new Map<string, Instant | null>(),
    watermarks: new Map<string, Watermark | null>(),
    history: [] as TrackingEvent[],
  };
}

type State = ReturnType<typeof createState>;
type Within = WorkingSources & { readonly journal: Journal };

type StateTables = Pick<
  Tables,
  | 'keyOwner'
  | 'putKey'
  | 'instance'
  | 'putInstance'
  | 'putDefinition'
  | 'putCurrent'
  | 'owner'
  | 'putOwner'
  | 'isStopped'
  | 'putStopped'
  | 'removeStopped'
  | 'watermark'
  | 'putWatermark'
  | 'removeWatermark'
  | 'addEvent'
>;

function stateTables({ loaded, mirror, held, journal }: Within, state: State): StateTables {
  const { keys, instances, definitions, owners, presumedOwners, stopped, watermarks, history } = state;

  function instance(id: string): StoredInstance | undefined {
    const found = instances.get(id) ?? loaded.instances.get(id);
    if (!found && !loaded.lanes.has(id)) throw notLoaded((needs) => needInstance(needs, id));
    return found;
  }

  function keyOwner(key: DedupeKey): string | undefined {
    const text = dedupeKey(key);
    const own = keys.get(text);
    if (own) return own.message;
    if (!loaded.hopeful && !loaded.keys.has(text)) throw notLoaded((needs) => needs.keys.set(text, key));
    return loaded.keys.get(text);
  }

  function owner(name: string): OwnerRow | undefined {
    if (owners.has(name)) return owners.get(name);
    if (loaded.owners.has(name)) return loaded.owners.get(name);
    const row = loaded.hopeful ? held.get(name) : undefined;
    if (!row) throw notLoaded((needs) => needs.owners.add(name));
    presumedOwners.set(name, row);
    return row;
  }

  return {
    keyOwner,
    putKey: (key, message, at) => {
      if (keyOwner(key) === undefined) journal.set(keys, dedupeKey(key), { key, message, at });
    },
    instance,
    putInstance: (given, at) => {
      const startedAt = instance(given.id)?.startedAt ?? at;
      journal.set(instances, given.id, { instance: given, startedAt, changedAt: at });
    },
    putDefinition: (definition) => {
      if (!definitions.has(definition.hash)) journal.set(definitions, definition.hash, definition);
    },
    putCurrent: (hash) => journal.set(state.current, 'hash', hash),
    owner,
    putOwner: (row) => journal.set(owners, row.name, row),
    isStopped: (subscriber) => {
      const changed = stopped.get(subscriber);
      return changed === undefined ? mirror.stopped.has(subscriber) : changed !== null;
    },
    putStopped: ({ subscriber, since }) => journal.set(stopped, subscriber, since),
    removeStopped: (subscriber) => journal.set(stopped, subscriber, null),
    watermark: (name) => {
      const changed = watermarks.get(name);
      if (changed !== undefined) return changed?.value;
      if (!loaded.watermarks.has(name)) throw notLoaded((needs) => needs.watermarks.add(name));
      return loaded.watermarks.get(name);
    },
    putWatermark: (watermark) => journal.set(watermarks, watermark.name, watermark),
    removeWatermark: (name) => journal.set(watermarks, name, null),
    addEvent: (event) => journal.push(history, event),
  };
}

function refuse(): never {
  throw new Error('A working set is not asked for this.');
}

/** What only the stores that are wholly at hand are asked for. */
const unused = {
  begin: refuse,
  commit: refuse,
  rollback: refuse,
  close: refuse,
  definition: refuse,
  current: refuse,
  owners: refuse,
  stopped: refuse,
  watermarks: refuse,
  subscriptions: refuse,
  findMessage: refuse,
  leaseDelivery: refuse,
  dueDeliveries: refuse,
  inspection: refuse,
} satisfies Partial<Tables>;

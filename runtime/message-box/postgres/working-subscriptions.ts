/**
 * The subscriptions as a batch sees them: the standing ones from the mirror, those of instances as they were loaded, and
 * what the batch itself changes.
 */
import type { Context } from '../../contracts/message.ts';
import type { Subscription } from '../../contracts/routing.ts';
import { type Matcher, matches } from '../match.ts';
import type { Journal } from '../memory/journal.ts';
import { filedUnder, placesFor } from './filing.ts';
import type { Loaded } from './loaded.ts';
import type { Mirror } from './mirror.ts';
import { notLoaded } from './needs.ts';
import type { StoredSubscription } from './rows.ts';

export interface SubscriptionChanges {
  /** As it was before the batch, by id; undefined for a new one. */
  readonly before: ReadonlyMap<string, StoredSubscription | undefined>;
  /** Null: removed. */
  readonly after: ReadonlyMap<string, StoredSubscription | null>;
}

export interface WorkingSubscriptions {
  readonly matcher: Matcher;
  readonly changes: SubscriptionChanges;
}

export interface SubscriptionSources {
  readonly loaded: Loaded;
  readonly mirror: Mirror;
  readonly journal: Journal;
  readonly takeSeq: () => number;
}

const bySeq = (a: StoredSubscription, b: StoredSubscription) => a.seq - b.seq;
const toSubscription = ({ subscription }: StoredSubscription) => subscription;

export function createWorkingSubscriptions(sources: SubscriptionSources): WorkingSubscriptions {
  const { loaded, mirror, journal, takeSeq } = sources;
  const before = new Map<string, StoredSubscription | undefined>();
  const after = new Map<string, StoredSubscription | null>();
  /** What the batch put, by where it is filed; whatever it is now is told by `after`. */
  const filed = new Map<string, Map<string, string>>();
  const names = new Map<string, true>();

  function stored(id: string): StoredSubscription | undefined {
    const changed = after.get(id);
    if (changed !== undefined) return changed ?? undefined;
    const standing = mirror.standing.find(id);
    if (standing) return { seq: mirror.places.get(id)!, subscription: standing };
    if (!loaded.subscriptions.has(id)) throw notLoaded((needs) => needs.subscriptions.add(id));
    return loaded.subscriptions.get(id);
  }

  function put(id: string, entry: StoredSubscription | null): void {
    if (!before.has(id)) before.set(id, stored(id));
    journal.set(after, id, entry);
  }

  function add(subscription: Subscription): void {
    const { id } = subscription;
    // What was removed in the same batch is the row that it becomes.
    put(id, { seq: stored(id)?.seq ?? before.get(id)?.seq ?? takeSeq(), subscription });
    for (const { place, name } of filedUnder(subscription)) {
      if (!filed.has(place)) journal.set(filed, place, new Map());
      journal.set(filed.get(place)!, id, id);
      journal.set(names, name, true);
    }
  }

  /** Those of instances that lie where a message of this context would find them, as the batch found them. */
  function filedFor(context: Context): StoredSubscription[] {
    const places = placesFor(context, mirror.names);
    const unknown = places.filter((place) => !loaded.filed.has(place));
    if (unknown.length > 0) {
      throw notLoaded((needs) => {
        for (const place of unknown) needs.filed.add(place);
      });
    }
    return places.flatMap((place) => loaded.filed.get(place)!);
  }

  function changedFor(context: Context): StoredSubscription[] {
    const ids = placesFor(context, names).flatMap((place) => [...(filed.get(place)?.keys() ?? [])]);
    return [...new Set(ids)].flatMap((id) => after.get(id) ?? []);
  }

  function match(context: Context): Subscription[] {
    const standing = mirror.standing
      .match(context)
      .map((subscription) => ({ seq: mirror.places.get(subscription.id)!, subscription }));
    const found = new Map<string, StoredSubscription>();
    for (const entry of [...standing, ...filedFor(context)]) {
      if (!after.has(entry.subscription.id)) found.set(entry.subscription.id, entry);
    }
    for (const entry of changedFor(context)) found.set(entry.subscription.id, entry);
    const matching = [...found.values()].filter(({ subscription }) => matches(subscription.where, context));
    return matching.sort(bySeq).map(toSubscription);
  }

  function ofInstance(instance: string): Subscription[] {
    const known = loaded.subscriptionsOf.get(instance);
    if (!known) throw notLoaded((needs) => needs.subscriptionsOf.add(instance));
    const kept = known.filter(({ subscription }) => !after.has(subscription.id));
    const own = [...after.values()].filter((entry) => entry?.subscription.instance === instance);
    return [...kept, ...(own as StoredSubscription[])].sort(bySeq).map(toSubscription);
  }

  const matcher: Matcher = {
    add,
    remove: (id) => {
      if (stored(id)) put(id, null);
    },
    clear: () => {
      throw new Error('A working set is not cleared.');
    },
    match,
    find: (id) => stored(id)?.subscription,
    ofInstance,
    all: () => {
      throw new Error('A working set does not know all subscriptions.');
    },
  };

  return { matcher, changes: { before, after } };
}

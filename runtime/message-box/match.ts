/**
 * Which subscriptions take a message. Pure. The matcher finds them without trying them all: every AND-group is filed
 * under its most selective equality; only groups that have none are tried one by one.
 */
import type { Context, Property, Scalar } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';
import type { Condition, Predicate, Subscription } from '../contracts/routing.ts';

export function matches(predicate: Predicate, context: Context): boolean {
  return predicate.some((group) => holdsAll(group, context));
}

/** Only promoted properties count; see contracts/routing.ts for absent values and values of different types. */
export function holds({ property, op, value }: Condition, context: Context): boolean {
  const found = context.get(property);
  if (!found?.promoted) return false;
  if (op === 'exists') return true;
  if (op === '!=') return found.value !== value;
  if (value === undefined || typeof found.value !== typeof value) return false;
  if (op === '=') return found.value === value;
  if (op === '<') return found.value < value;
  if (op === '<=') return found.value <= value;
  if (op === '>') return found.value > value;
  return found.value >= value;
}

export interface Matcher {
  /** One of the same id is replaced and keeps its place in the order. */
  add(subscription: Subscription): void;
  remove(id: string): void;
  clear(): void;
  /** Those whose predicate holds, each once, in the order in which they were added. */
  match(context: Context): Subscription[];
  find(id: string): Subscription | undefined;
  /** The subscriptions of a running instance. */
  ofInstance(instance: string): Subscription[];
  all(): Subscription[];
}

interface Entry {
  readonly subscription: Subscription;
  readonly order: number;
  /** Where its groups are filed. */
  readonly filed: { readonly bucket: Set<Group>; readonly group: Group }[];
}

interface Group {
  readonly entry: Entry;
  /** What remains to be tried once the group has been found. */
  readonly rest: readonly Condition[];
}

export function createMatcher(): Matcher {
  const entries = new Map<string, Entry>();
  const instances = new Map<string, Set<string>>();
  const equalities = new Map<string, Map<Scalar, Set<Group>>>();
  const residual = new Set<Group>();
  let added = 0;

  function bucketOf({ property, value }: Condition): Set<Group> {
    const byValue = getOrAdd(equalities, property, () => new Map<Scalar, Set<Group>>());
    return getOrAdd(byValue, value!, () => new Set<Group>());
  }

  function add(subscription: Subscription): void {
    const order = entries.get(subscription.id)?.order ?? added++;
    remove(subscription.id);
    const entry: Entry = { subscription, order, filed: [] };
    for (const conditions of subscription.where) {
      const key = mostSelective(conditions);
      const group = { entry, rest: conditions.filter((condition) => condition !== key) };
      const bucket = key ? bucketOf(key) : residual;
      bucket.add(group);
      entry.filed.push({ bucket, group });
    }
    entries.set(subscription.id, entry);
    const { instance } = subscription;
    if (instance !== undefined) getOrAdd(instances, instance, () => new Set<string>()).add(subscription.id);
  }

  function remove(id: string): void {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    for (const { bucket, group } of entry.filed) bucket.delete(group);
    for (const conditions of entry.subscription.where) discardEmpty(mostSelective(conditions));
    const { instance } = entry.subscription;
    const siblings = instance === undefined ? undefined : instances.get(instance);
    siblings?.delete(id);
    if (siblings?.size === 0) instances.delete(instance!);
  }

  /** Correlation values come and go without end: an empty bucket must not stay. */
  function discardEmpty(key: Condition | undefined): void {
    const byValue = key && equalities.get(key.property);
    if (byValue?.get(key!.value!)?.size === 0) byValue.delete(key!.value!);
    if (byValue?.size === 0) equalities.delete(key!.property);
  }

  function match(context: Context): Subscription[] {
    const found = new Set<Entry>();
    const take = (groups: Iterable<Group>) => {
      for (const { entry, rest } of groups) if (!found.has(entry) && holdsAll(rest, context)) found.add(entry);
    };
    const takeEqual = (property: string, found: Property | undefined) => {
      const bucket = found?.promoted ? equalities.get(property)?.get(found.value) : undefined;
      if (bucket) take(bucket);
    };
    // By way of whichever are fewer: the properties that subscriptions ask for, or those that the message has.
    if (equalities.size <= context.size) {
      for (const property of equalities.keys()) takeEqual(property, context.get(property));
    } else {
      for (const property of context.keys()) takeEqual(property, context.get(property));
    }
    if (residual.size > 0) take(residual);
    if (found.size < 2) return [...found].map(({ subscription }) => subscription);
    return [...found].sort((a, b) => a.order - b.order).map(({ subscription }) => subscription);
  }

  function clear(): void {
    for (const map of [entries, instances, equalities, residual]) map.clear();
    added = 0;
  }

  const subscriptionsOf = (ids: Iterable<string>) => [...ids].map((id) => entries.get(id)!.subscription);
  return {
    add,
    remove,
    clear,
    match,
    find: (id) => entries.get(id)?.subscription,
    ofInstance: (instance) => subscriptionsOf(instances.get(instance) ?? []),
    all: () => [...entries.values()].sort((a, b) => a.order - b.order).map(({ subscription }) => subscription),
  };
}

function holdsAll(group: readonly Condition[], context: Context): boolean {
  return group.every((condition) => holds(condition, context));
}

/** Properties that many messages share the values of; the higher, the less an equality on them selects. */
const BREADTH: ReadonlyMap<string, number> = new Map([
  [BUS.responseTo, -1],
  [BUS.sendPort, -1],
  [BUS.receiveLocation, 1],
  [BUS.receivePort, 2],
  [BUS.messageType, 3],
  [BUS.transport, 4],
  [BUS.fault, 5],
  [BUS.organisation, 6],
]);

/** The equality under which a group is filed; undefined when it has none. */
export function mostSelective(conditions: readonly Condition[]): Condition | undefined {
  let best: Condition | undefined;
  for (const condition of conditions) {
    if (condition.op !== '=' || condition.value === undefined) continue;
    if (!best || breadth(condition) < breadth(best)) best = condition;
  }
  return best;
}

const breadth = ({ property }: Condition) => BREADTH.get(property) ?? 0;

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

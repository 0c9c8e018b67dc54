/**
 * In memory: the standing subscriptions, the property names under which instance subscriptions are filed, and who is stopped.
 * They change seldom; every transaction that publishes sees that the mirror shows the version that holds.
 */
import type { Subscription } from '../../contracts/routing.ts';
import { createMatcher, type Matcher } from '../match.ts';
import type { Run } from './link.ts';
import { type Statement, step } from './pipeline.ts';
import { storedSubscription, subscriptionColumns } from './rows.ts';

export interface Mirror {
  readonly version: number;
  readonly standing: Pick<Matcher, 'match' | 'find'>;
  /** By id: the place of a standing subscription in the order of subscribing. */
  readonly places: ReadonlyMap<string, number>;
  readonly names: ReadonlySet<string>;
  /** Subscribers that an operator has stopped. */
  readonly stopped: ReadonlySet<string>;
  refresh(run: Run): Promise<void>;
  /** After a commit that changed them, and by that the version. */
  changed(change: MirrorChange): void;
}

export interface MirrorChange {
  readonly put: readonly { readonly seq: number; readonly subscription: Subscription }[];
  readonly removed: readonly string[];
  readonly names: readonly string[];
  readonly stopped: readonly string[];
  readonly started: readonly string[];
}

/** First the version: should the rest be newer, the next look at the version tells. */
const VERSION: Statement = { name: 'mirror_version', text: 'SELECT version FROM routing' };
const STANDING: Statement = {
  name: 'mirror_standing',
  text: `SELECT ${subscriptionColumns('s')} FROM subscriptions s WHERE s.instance IS NULL ORDER BY s.seq`,
};
const NAMES: Statement = { name: 'mirror_names', text: 'SELECT name FROM key_names' };
const STOPPED: Statement = { name: 'mirror_stopped', text: 'SELECT subscriber FROM stopped' };

export function createMirror(): Mirror {
  const standing = createMatcher();
  const places = new Map<string, number>();
  const names = new Set<string>();
  const stopped = new Set<string>();
  let version = 0;

  function put({ seq, subscription }: MirrorChange['put'][number]): void {
    standing.add(subscription);
    places.set(subscription.id, seq);
  }

  return {
    get version() {
      return version;
    },
    standing,
    places,
    names,
    stopped,
    refresh: async (run) => {
      const [found, rows, named, idle] = await run([step(VERSION), step(STANDING), step(NAMES), step(STOPPED)]);
      for (const known of [standing, places, names, stopped]) known.clear();
      for (const fields of rows!) put(storedSubscription(fields));
      for (const [name] of named!) names.add(name!);
      for (const [subscriber] of idle!) stopped.add(subscriber!);
      version = Number(found![0]![0]);
    },
    changed: (change) => {
      for (const id of change.removed) {
        standing.remove(id);
        places.delete(id);
      }
      for (const entry of change.put) {
        if (entry.subscription.instance === undefined) put(entry);
        else {
          standing.remove(entry.subscription.id);
          places.delete(entry.subscription.id);
        }
      }
      for (const name of change.names) names.add(name);
      for (const subscriber of change.stopped) stopped.add(subscriber);
      for (const subscriber of change.started) stopped.delete(subscriber);
      version += 1;
    },
  };
}

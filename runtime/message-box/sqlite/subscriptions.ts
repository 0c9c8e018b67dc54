/** The subscriptions of the SQLite store: written here, matched in memory. */
import type { DatabaseSync } from 'node:sqlite';
import type { Predicate, Subscription } from '../../contracts/routing.ts';
import { decodeOrdering, encodeOrdering } from '../ordering.ts';
import type { Tables } from '../tables.ts';

type Subscriptions = Pick<Tables, 'subscriptions' | 'putSubscription' | 'removeSubscription'>;

interface SubscriptionRow {
  readonly id: string;
  readonly subscriber: string;
  readonly instance: string | null;
  readonly predicate: string;
  readonly ordering: string | null;
}

export function createSubscriptions(database: DatabaseSync): Subscriptions {
  const select = database.prepare(
    'SELECT id, subscriber, instance, predicate, ordering FROM subscriptions ORDER BY seq',
  );
  const put = database.prepare(
    `INSERT INTO subscriptions (id, subscriber, instance, predicate, ordering) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)
     DO UPDATE SET subscriber = excluded.subscriber, instance = excluded.instance, predicate = excluded.predicate,
       ordering = excluded.ordering`,
  );
  const remove = database.prepare('DELETE FROM subscriptions WHERE id = ?');
  return {
    subscriptions: () => (select.all() as unknown as SubscriptionRow[]).map(subscriptionOf),
    putSubscription: (subscription) => {
      const { id, subscriber, instance = null, where } = subscription;
      put.run(id, subscriber, instance, JSON.stringify(where), encodeOrdering(subscription));
    },
    removeSubscription: (id) => void remove.run(id),
  };
}

function subscriptionOf({ id, subscriber, instance, predicate, ordering }: SubscriptionRow): Subscription {
  const where = JSON.parse(predicate) as Predicate;
  return { id, subscriber, where, ...(instance === null ? {} : { instance }), ...decodeOrdering(ordering) };
}

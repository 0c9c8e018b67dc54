/** The tables of the memory store: maps, and a journal that undoes a transaction. */
import type { BoxTables } from '../box-tables.ts';
import { createAging } from './aging.ts';
import { createDeliveries } from './deliveries.ts';
import { inspect } from './inspection.ts';
import { createJournal } from './journal.ts';
import { createOwners } from './owners.ts';
import { createMemoryParts } from './parts.ts';
import { createRecords } from './records.ts';
import { createStopped } from './stopped.ts';
import { createWatermarks } from './watermarks.ts';

export function createMemoryTables(): BoxTables {
  const records = createRecords();
  const journal = createJournal();
  const stopped = createStopped(journal);
  const watermarks = createWatermarks(journal);
  const { definitions, subscriptions, messages, refs, instances, events } = records;
  const deliveries = createDeliveries(records, journal);
  let latestMessage = 0;
  let latestSubscription = 0;

  return {
    begin: journal.forget,
    commit: journal.forget,
    rollback: journal.undo,
    close: () => {},

    definition: (hash) => definitions.get(hash),
    putDefinition: (definition) => {
      if (!definitions.has(definition.hash)) journal.set(definitions, definition.hash, definition);
    },

    subscriptions: () => {
      const inOrder = [...subscriptions.values()].sort((a, b) => a.order - b.order);
      return inOrder.map(({ subscription }) => subscription);
    },
    putSubscription: (subscription) => {
      const order = subscriptions.get(subscription.id)?.order ?? ++latestSubscription;
      journal.set(subscriptions, subscription.id, { subscription, order });
    },
    removeSubscription: (id) => {
      if (subscriptions.has(id)) journal.delete(subscriptions, id);
    },

    putMessage: (message, at, told) => {
      const ref = refs.get(message.id) ?? ++latestMessage;
      journal.set(refs, message.id, ref);
      journal.set(messages, ref, { message, at: messages.get(ref)?.at ?? at });
      for (const event of told) journal.push(events, event);
      return ref;
    },
    message: (ref) => messages.get(ref)!.message,
    release: () => {},
    findMessage: (id) => messages.get(refs.get(id) ?? 0)?.message,

    ...createMemoryParts(),
    ...createAging(records, journal, deliveries),
    ...deliveries,
    ...createOwners(journal),
    ...stopped,
    ...watermarks,

    instance: (id) => instances.get(id),
    putInstance: (instance, at) => {
      const startedAt = instances.get(instance.id)?.startedAt ?? at;
      journal.set(instances, instance.id, { instance, startedAt, changedAt: at });
    },
    addEvent: (event) => journal.push(events, event),
    inspection: (now) => inspect(records, { ...stopped, ...watermarks }, now),
  };
}

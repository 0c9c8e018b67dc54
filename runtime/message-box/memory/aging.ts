/** What the retention policy asks of the memory store. */
import type { Message, Part } from '../../contracts/message.ts';
import type { DedupeKey } from '../../contracts/message-box.ts';
import type { PurgeTables } from '../purge-tables.ts';
import { isStripped, strippedPart } from '../stripped-part.ts';
import type { DeliveryRow, Tables } from '../tables.ts';
import type { Journal } from './journal.ts';
import type { Records } from './records.ts';

type DeliveriesOf = Pick<Tables, 'removeDelivery' | 'deliveriesOf'>;
type Aging = PurgeTables & Pick<Tables, 'keyOwner' | 'putKey'>;

export function createAging(records: Records, journal: Journal, of: DeliveriesOf): Aging {
  const { messages, refs, keys, deliveries, ofMessage, instances, events } = records;
  const old = (before: number) => [...keys].filter(([, { at }]) => at < before);

  function ownerOf(key: DedupeKey) {
    const found = keys.get(textOf(key));
    return found && found.at >= (key.notBefore ?? found.at) ? found : undefined;
  }

  function removeDelivery(row: DeliveryRow): void {
    of.removeDelivery(row);
    if (row.message !== null && ofMessage.has(row.message)) journal.delete(ofMessage, row.message);
  }

  return {
    keyOwner: (key) => ownerOf(key)?.message,
    putKey: (key, message, at) => {
      if (!ownerOf(key)) journal.set(keys, textOf(key), { message, at });
    },
    messagesAfter: (after, limit) =>
      [...messages]
        .filter(([ref]) => ref > after)
        .slice(0, limit)
        .map(([ref, { message, at }]) => {
          const hasBytes = message.parts.some((part) => part.size !== 0 && !isStripped(part));
          return { ref, id: message.id, type: message.type, at, hasBytes };
        }),
    removeMessage: (ref) => {
      const { id } = messages.get(ref)!.message;
      for (const row of of.deliveriesOf(ref)) removeDelivery(row);
      journal.remove(events, ({ message, instance }) => message === id && instance === undefined);
      journal.delete(messages, ref);
      journal.delete(refs, id);
    },
    stripMessage: (ref) => {
      const { message, at } = messages.get(ref)!;
      const [body, ...rest] = message.parts.map(strip);
      const { document: _, ...kept } = message;
      const bare: Message = { ...kept, parts: [body!, ...rest] };
      journal.set(messages, ref, { message: bare, at });
    },
    instancesAfter: (seq, limit) =>
      [...instances.values()]
        .map(({ instance, changedAt }, index) => ({ seq: index + 1, instance, changedAt }))
        .slice(seq, seq + limit),
    removeInstance: (id) => {
      for (const row of [...deliveries.values()]) if (row.instance === id && row.message === null) removeDelivery(row);
      journal.remove(events, ({ instance }) => instance === id);
      journal.delete(instances, id);
    },
    removeKeys: (before, limit) => {
      const gone = old(before).slice(0, limit);
      for (const [key] of gone) journal.delete(keys, key);
      return gone.length;
    },
    countKeys: (before) => old(before).length,
  };
}

const strip = (part: Part) => (part.size === 0 || isStripped(part) ? part : strippedPart(part));

const textOf = ({ scope, key }: DedupeKey) => JSON.stringify([scope, key]);

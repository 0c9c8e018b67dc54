/**
 * Any MessageBox with its parts sealed: what the store keeps of a body says nothing without the key. Names and types of parts,
 * and the context, stay clear: the context is what subscriptions match. The store knows nothing of it.
 */
import type { Inspection } from '../contracts/inspection.ts';
import type { Message, Part } from '../contracts/message.ts';
import type { Delivery, MessageBox, Unit } from '../contracts/message-box.ts';
import type { SealKeys } from './sealed/keys.ts';
import { createRotation, type Rotate } from './sealed/rotate.ts';
import { openPart, renamedPart, sealedName, sealPart } from './sealed/seal-part.ts';
import { withParts } from './sealed/with-parts.ts';

export interface SealedBox extends MessageBox {
  readonly rotate: Rotate;
}

export function sealed(inner: MessageBox, keys: SealKeys): SealedBox {
  /** So that messages which share a part go on sharing it: from the part as the bus has it to the part as the store has it. */
  const sealedParts = new WeakMap<object, Part>();

  function seal(part: Part): Part {
    const known = sealedParts.get(part) ?? (part.bytes && sealedParts.get(part.bytes));
    if (known && (known.bytes || isNamedLike(known, part)))
      return isNamedLike(known, part) ? known : renamedPart(known, part);
    const made = sealPart(part, keys.current);
    sealedParts.set(part.bytes ?? part, made);
    return made;
  }

  function open(part: Part): Part {
    const opened = openPart(part, keys);
    if (opened !== part) sealedParts.set(opened, part);
    return opened;
  }

  const sealMessage = (message: Message): Message => withParts(message, seal);
  const openMessage = (message: Message): Message => withParts(message, open);
  const sealEntries = <T extends { readonly message: Message }>(entries: readonly T[]) =>
    entries.map((entry) => ({ ...entry, message: sealMessage(entry.message) }));

  function sealUnit(unit: Unit): Unit {
    const { keep, publish, suspend } = unit;
    return {
      ...unit,
      ...(keep ? { keep: keep.map(sealMessage) } : {}),
      ...(publish ? { publish: sealEntries(publish) } : {}),
      ...(suspend ? { suspend: sealEntries(suspend) } : {}),
    };
  }

  function openDelivery(delivery: Delivery): Delivery {
    const { work } = delivery;
    return work.kind === 'message' ? { ...delivery, work: { ...work, message: openMessage(work.message) } } : delivery;
  }

  const { backup } = inner;
  return {
    ...inner,
    ...(backup ? { backup: (path: string) => backup(path) } : {}),
    commit: (unit) => inner.commit(sealUnit(unit)),
    claim: async (request) => (await inner.claim(request)).map(openDelivery),
    handOver: (subscriber, taker) =>
      inner.handOver(subscriber, {
        lease: taker.lease,
        reserve: () => taker.reserve(),
        take: (delivery) => taker.take(openDelivery(delivery)),
        release: () => taker.release(),
        react: (delivery, read) => {
          const reaction = taker.react?.(openDelivery(delivery), (id) => {
            const found = read(id);
            return found && openMessage(found);
          });
          return reaction && { ...reaction, unit: sealUnit(reaction.unit) };
        },
      }),
    read: async (ids) => (await inner.read(ids)).map((message) => message && openMessage(message)),
    inspection: openInspection(inner.inspection, openMessage),
    rotate: createRotation(inner, keys),
  };
}

const isNamedLike = (stored: Part, part: Part) =>
  sealedName(stored)?.name === part.name && stored.contentType === part.contentType;

function openInspection(inspection: Inspection, open: (message: Message) => Message): Inspection {
  return {
    ...inspection,
    messages: async (query) =>
      (await inspection.messages(query)).map((found) => ({ ...found, message: open(found.message) })),
    message: async (id) => {
      const record = await inspection.message(id);
      return record && { ...record, message: open(record.message) };
    },
    responseTo: async (message) => {
      const found = await inspection.responseTo(message);
      return found && open(found);
    },
  };
}

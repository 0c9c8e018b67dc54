/** The messages of a working set: those that the batch stores, and those that were loaded or are under lease. */

import type { Instant } from '../../contracts/clock.ts';
import type { TrackingEvent } from '../../contracts/events.ts';
import type { Part } from '../../contracts/message.ts';
import { busError } from '../../errors/bus-error.ts';
import type { Journal } from '../memory/journal.ts';
import type { PartRef } from '../part-tables.ts';
import { STRIPPED } from '../sqlite/message-row.ts';
import type { MessageRef, Tables } from '../tables.ts';
import type { Leases } from './leases.ts';
import type { Loaded } from './loaded.ts';
import { type EncodedMessage, encodeMessage } from './message-codec.ts';
import { notLoaded } from './needs.ts';
import { identityOf, type KnownParts } from './parts.ts';

export interface PutMessage extends EncodedMessage {
  readonly at: Instant;
  readonly events: readonly TrackingEvent[];
  /** It replaces what was stored under its id. */
  readonly replaces: boolean;
}

export interface MessageChanges {
  readonly put: ReadonlyMap<MessageRef, PutMessage>;
  /** Nobody is likely to ask for these soon. */
  readonly released: readonly MessageRef[];
  /** Parts whose bytes are to be written, by what identifies them. */
  readonly newParts: ReadonlyMap<object, { readonly seq: PartRef; readonly part: Part }>;
}

export type WorkingMessages = Pick<Tables, 'putMessage' | 'message' | 'release' | 'holds'>;

export interface MessageSources {
  readonly loaded: Loaded;
  readonly leases: Leases;
  readonly known: KnownParts;
  readonly journal: Journal;
  readonly takeSeq: () => number;
}

export function createWorkingMessages(sources: MessageSources): WorkingMessages & { readonly changes: MessageChanges } {
  const { loaded, leases, known, journal, takeSeq } = sources;
  const put = new Map<MessageRef, PutMessage>();
  const refs = new Map<string, MessageRef>();
  const newParts = new Map<object, { seq: PartRef; part: Part }>();
  const released: MessageRef[] = [];

  function storedRef(id: string): MessageRef | undefined {
    if (!loaded.hopeful && !loaded.refs.has(id)) throw notLoaded((needs) => needs.messageIds.add(id));
    return loaded.refs.get(id);
  }

  /** What was stored once may be gone by now, and is stored again where its bytes are at hand. */
  function refer(part: Part): PartRef {
    const identity = identityOf(part);
    const added = newParts.get(identity);
    if (added) return added.seq;
    const seq = known.get(identity);
    if (seq !== undefined && isAlive(seq)) return seq;
    if (!part.bytes) throw busError('STORE_FAILED', { reason: `the bytes of part ${part.name} are no longer stored` });
    const made = { seq: takeSeq(), part };
    journal.set(newParts, identity, made);
    return made.seq;
  }

  function isAlive(seq: PartRef): boolean {
    if (seq === STRIPPED || loaded.hopeful) return true;
    if (!loaded.parts.has(seq)) throw notLoaded((needs) => needs.parts.add(seq));
    return loaded.parts.get(seq)!;
  }

  return {
    changes: { put, newParts, released },
    putMessage: (message, at, events) => {
      const again = refs.get(message.id);
      const stored = again === undefined ? storedRef(message.id) : undefined;
      const ref = again ?? stored ?? takeSeq();
      const before = put.get(ref);
      const told = [...(before?.events ?? []), ...events];
      const replaces = before?.replaces ?? stored !== undefined;
      journal.set(put, ref, { ...encodeMessage(message, refer), at: before?.at ?? at, events: told, replaces });
      journal.set(refs, message.id, ref);
      return ref;
    },
    message: (ref) => {
      const message = put.get(ref)?.message ?? leases.message(ref) ?? loaded.messages.get(ref);
      if (!message) throw notLoaded((needs) => needs.messages.add(ref));
      return message;
    },
    release: (ref) => journal.push(released, ref),
    holds: (part) => known.holds(part),
  };
}

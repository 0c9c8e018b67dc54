/**
 * The bytes of parts that are too large to lie in the row of their message: stored once however many messages share them,
 * counted by references. Those of more than a chunk are read chunk by chunk when they are opened.
 */
import { type Part, partOf } from '../../contracts/message.ts';
import { busError } from '../../errors/bus-error.ts';
import { CHUNK } from '../chunks-of.ts';
import type { PartName, PartRef } from '../part-tables.ts';
import { type PartAt, type PartReference, STRIPPED } from '../sqlite/message-row.ts';
import { strippedPart } from '../stripped-part.ts';
import type { Answer } from './pipeline.ts';
import { bytesOf } from './rows.ts';

/** Up to this size (bytes) a part that is read comes with its bytes. */
const INLINE = 65_536;

/** By the bytes where they are at hand, so that parts which only differ in name share them too. */
export const identityOf = (part: Part): object => part.bytes ?? part;

/** Which parts are known to lie in the store. */
export interface KnownParts {
  get(identity: object): PartRef | undefined;
  set(identity: object, seq: PartRef): void;
  /** A unit may refer to the part as it is: it is small and at hand, or lies in the store. */
  holds(part: Part): boolean;
}

export interface StoredParts {
  readonly known: KnownParts;
  /** The bytes of parts that are to come with them, by their place. */
  whole(seqs: readonly PartRef[]): Promise<ReadonlyMap<PartRef, Uint8Array>>;
  at(whole: ReadonlyMap<PartRef, Uint8Array>): PartAt;
  staged(seq: PartRef, name: PartName, size: number): Part;
}

/** A question in a connection of its own. */
export type Ask = (text: string, values: readonly (string | Buffer | null)[]) => Promise<Answer>;

/** Which parts of a row are to be read with it. */
export function wholeIn(parts: string): PartRef[] {
  const references = JSON.parse(parts) as PartReference[];
  return references.flatMap(([, , size, seq]) =>
    seq !== undefined && seq !== STRIPPED && size <= INLINE ? [seq] : [],
  );
}

export function createStoredParts(ask: Ask): StoredParts {
  const stored = new WeakMap<object, PartRef>();

  function remember(part: Part, seq: PartRef): Part {
    stored.set(identityOf(part), seq);
    return part;
  }

  const lazily = ({ name, contentType }: PartName, size: number, seq: PartRef): Part => ({
    name,
    contentType,
    size,
    open: () => read(seq, ask),
  });

  return {
    known: {
      get: (identity) => stored.get(identity),
      set: (identity, seq) => void stored.set(identity, seq),
      holds: (part) => (part.bytes !== undefined && part.bytes.byteLength <= CHUNK) || stored.has(identityOf(part)),
    },
    whole: async (seqs) => {
      if (seqs.length === 0) return new Map();
      const rows = await ask('SELECT seq, bytes FROM parts WHERE seq = ANY($1::bigint[])', [`{${seqs.join()}}`]);
      return new Map(rows.map(([seq, bytes]) => [Number(seq), bytesOf(bytes!)]));
    },
    at:
      (whole) =>
      ([name, contentType, size, seq]) => {
        if (seq === STRIPPED) return remember(strippedPart({ name, contentType, size }), seq);
        const bytes = whole.get(seq);
        return remember(bytes ? partOf(bytes, contentType, name) : lazily({ name, contentType }, size, seq), seq);
      },
    staged: (seq, name, size) => remember(lazily(name, size, seq), seq),
  };
}

/** What is asked for may have been removed since the message was read. */
async function* read(seq: PartRef, ask: Ask): AsyncGenerator<Uint8Array> {
  const [part] = await ask('SELECT bytes, chunks FROM parts WHERE seq = $1', [String(seq)]);
  if (!part) throw busError('BODY_PURGED');
  const bytes = bytesOf(part[0]!);
  if (bytes.byteLength > 0) yield bytes;
  for (let number = 0; number < Number(part[1]); number += 1) {
    const [chunk] = await ask('SELECT bytes FROM chunks WHERE part = $1 AND number = $2', [
      String(seq),
      String(number),
    ]);
    if (!chunk) throw busError('BODY_PURGED');
    yield bytesOf(chunk[0]!);
  }
}

/**
 * Large parts on their way in: cut into chunks, which are written in small transactions of their own, before the unit that
 * refers to them. However large a part is, a few chunks of it are in memory.
 */
import type { Instant } from '../contracts/clock.ts';
import { type Part, partOf } from '../contracts/message.ts';
import { CHUNK, chunksOf } from './chunks-of.ts';
import type { GroupCommit } from './group-commit.ts';
import type { PartName, PartRef, PartTables } from './part-tables.ts';

/** What a store does with parts before the unit that brings them. */
export interface Stager {
  /** A unit may refer to the part as it is: it is small and at hand, or lies in the store. */
  holds(part: Part): boolean;
  /** Rejects with what reading the part rejects with, or with the store's errors; then nothing of it stays. */
  stage(part: Part, now: Instant): Promise<Staged>;
}

/** Bytes that a unit may refer to, under any name. */
export interface Staged {
  as(name: PartName): Part;
  /** No unit that was to refer to it is under way any more: what no message refers to is given up. True: it is gone. */
  release(): Promise<boolean>;
}

/** Chunks in one transaction: more would hold up those who wait for theirs. */
const AT_ONCE = 4;

type Submit = GroupCommit['submit'];

export function createStager(tables: PartTables & Pick<Stager, 'holds'>, submit: Submit): Stager {
  return {
    holds: tables.holds,
    stage: async (part, now) => {
      const chunks = chunksOf(part);
      const first = await chunks.next();
      if (first.done) return small(new Uint8Array());
      const second = await chunks.next();
      if (second.done && first.value.byteLength <= CHUNK) return small(first.value);
      const head = second.done ? [first.value] : [first.value, second.value];
      const ref = await submit({ run: () => tables.stagePart(now) });
      try {
        const size = await write(ref, inBatches(head, chunks), tables, submit);
        return { as: (name) => tables.stagedPart(ref, name, size), release: () => unstage(ref, tables, submit) };
      } catch (thrown) {
        await unstage(ref, tables, submit);
        throw thrown;
      } finally {
        await chunks.return(undefined);
      }
    },
  };
}

function small(bytes: Uint8Array): Staged {
  return { as: ({ name, contentType }) => partOf(bytes, contentType, name), release: async () => true };
}

/** One batch is written while the next is read. */
async function write(ref: PartRef, batches: AsyncIterable<Uint8Array[]>, tables: PartTables, submit: Submit) {
  let size = 0;
  let count = 0;
  let writing: Promise<void> = Promise.resolve();
  for await (const batch of batches) {
    await writing;
    const from = count;
    const run = () => batch.forEach((bytes, index) => void tables.addChunk(ref, from + index, bytes));
    writing = submit({ run });
    writing.catch(() => {}); // Awaited below, or by the next turn.
    count += batch.length;
    size += batch.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
  await writing;
  return size;
}

async function* inBatches(head: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let batch = [...head];
  for await (const chunk of rest) {
    batch.push(chunk);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A store that cannot do even this removes the part when it is swept. */
function unstage(ref: PartRef, tables: PartTables, submit: Submit): Promise<boolean> {
  return submit({ run: () => tables.unstagePart(ref) }).catch(() => true);
}

/** Large parts on their way in: written chunk by chunk, each in a transaction of its own, ahead of the unit that refers to them. */

import { type Part, partOf } from '../../contracts/message.ts';
import { CHUNK, chunksOf } from '../chunks-of.ts';
import type { PartRef } from '../part-tables.ts';
import type { Staged, Stager } from '../stage-parts.ts';
import type { Ask, StoredParts } from './parts.ts';

/** The answer of one that is asked again after a lost connection may leave a part that nobody knows; it is swept. */
const STAGE = "INSERT INTO parts (seq, bytes, staged_at) VALUES (nextval('seqs'), '', $1) RETURNING seq";
const ADD = 'INSERT INTO chunks (part, number, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const COUNT = 'UPDATE parts SET chunks = $2 WHERE seq = $1';
const UNSTAGE = 'UPDATE parts SET staged_at = NULL WHERE seq = $1 AND refs = 0';
const REFS = 'SELECT refs FROM parts WHERE seq = $1';

export function createPostgresStager(ask: Ask, { known, staged }: StoredParts): Stager {
  return {
    holds: known.holds,
    stage: async (part, now) => {
      const chunks = chunksOf(part);
      const first = await chunks.next();
      if (first.done) return atHand(new Uint8Array());
      const second = await chunks.next();
      if (second.done && first.value.byteLength <= CHUNK) return atHand(first.value);
      const [row] = await ask(STAGE, [String(Math.round(now))]);
      const seq = Number(row![0]);
      try {
        const size = await write(seq, second.done ? [first.value] : [first.value, second.value], chunks, ask);
        return { as: (name) => staged(seq, name, size), release: () => unstage(seq, ask) };
      } catch (thrown) {
        await unstage(seq, ask).catch(() => {}); // It is swept then.
        throw thrown;
      } finally {
        await chunks.return(undefined);
      }
    },
  };
}

function atHand(bytes: Uint8Array): Staged {
  return { as: ({ name, contentType }): Part => partOf(bytes, contentType, name), release: async () => true };
}

/** One chunk is written while the next is read. Returns the size in bytes. */
async function write(seq: PartRef, head: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>, ask: Ask) {
  let size = 0;
  let number = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const add = async (bytes: Uint8Array) => {
    await writing;
    size += bytes.byteLength;
    writing = ask(ADD, [String(seq), String(number), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
    writing.catch(() => {}); // Awaited by the next, or below.
    number += 1;
  };
  for (const bytes of head) await add(bytes);
  for await (const bytes of rest) await add(bytes);
  await writing;
  await ask(COUNT, [String(seq), String(number)]);
  return size;
}

/** True: no message refers to it. */
async function unstage(seq: PartRef, ask: Ask): Promise<boolean> {
  await ask(UNSTAGE, [String(seq)]);
  const [row] = await ask(REFS, [String(seq)]);
  return row === undefined || Number(row[0]) === 0;
}

/** Large parts of the memory store: chunks like everywhere, kept for as long as a message holds the part. */
import type { Part } from '../../contracts/message.ts';
import type { PartRef, PartTables } from '../part-tables.ts';
import { isStripped } from '../stripped-part.ts';

export function createMemoryParts(): PartTables & { holds(part: Part): boolean } {
  const staged = new Map<PartRef, Uint8Array[]>();
  const known = new WeakSet<Part>();
  let latest = 0;

  return {
    holds: (part) => part.bytes !== undefined || known.has(part) || isStripped(part),
    stagePart: () => {
      latest += 1;
      staged.set(latest, []);
      return latest;
    },
    addChunk: (part, number, bytes) => {
      staged.get(part)![number] = bytes;
    },
    stagedPart: (ref, { name, contentType }, size) => {
      const chunks = staged.get(ref)!;
      const part: Part = {
        name,
        contentType,
        size,
        async *open() {
          yield* chunks;
        },
      };
      known.add(part);
      return part;
    },
    unstagePart: (part) => staged.delete(part),
    sweepParts: () => 0,
  };
}

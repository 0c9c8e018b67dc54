/**
 * What a store must be able to keep of parts that do not lie in the row of their message. Synchronous and inside a
 * transaction, as all tables are. A store that is no set of tables offers the same by a Stager (stage-parts.ts).
 */
import type { Instant } from '../contracts/clock.ts';
import type { Part } from '../contracts/message.ts';

/** Names a part inside the store. */
export type PartRef = number;

export type PartName = Pick<Part, 'name' | 'contentType'>;

export interface PartTables {
  /** A part that is written ahead of the unit that will refer to it. Until then no message knows it. */
  stagePart(now: Instant): PartRef;
  /** Numbers count from 0, without a gap. */
  addChunk(part: PartRef, number: number, bytes: Uint8Array): void;
  /** A part of this store whose bytes were staged. It may be opened often, and by many at once. */
  stagedPart(part: PartRef, name: PartName, size: number): Part;
  /** Gives up a staged part that no message refers to by now: `sweepParts` removes it. False: a message refers to it. */
  unstagePart(part: PartRef): boolean;
  /** Removes up to so many chunks of what no message refers to, but for parts that were staged since. Returns how many. */
  sweepParts(stagedSince: Instant, limit: number): number;
}

/** A part whose bytes the retention policy has removed: the record of it stays, and reading it says what became of it. */
import type { Part } from '../contracts/message.ts';
import { busError } from '../errors/bus-error.ts';

const stripped = new WeakSet<Part>();

export function strippedPart({ name, contentType, size }: Pick<Part, 'name' | 'contentType' | 'size'>): Part {
  const open = (): AsyncIterable<Uint8Array> => {
    throw busError('BODY_PURGED');
  };
  const part = { name, contentType, size, open };
  stripped.add(part);
  return part;
}

export const isStripped = (part: Part): boolean => stripped.has(part);

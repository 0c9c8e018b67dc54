/** The bytes of a part in chunks of one size, but for the last, however they come. Bytes at hand are not copied. */
import type { Part } from '../contracts/message.ts';

/** Bytes in a chunk. A part larger than this lies in the MessageBox in chunks, and is streamed. */
export const CHUNK = 262_144;

export async function* chunksOf(part: Part): AsyncGenerator<Uint8Array, undefined> {
  let pieces: Uint8Array[] = [];
  let gathered = 0;
  for await (const given of part.bytes ? [part.bytes] : part.open()) {
    for (let from = 0; from < given.byteLength; ) {
      const piece = given.subarray(from, from + CHUNK - gathered);
      pieces.push(piece);
      gathered += piece.byteLength;
      from += piece.byteLength;
      if (gathered < CHUNK) continue;
      yield joined(pieces);
      pieces = [];
      gathered = 0;
    }
  }
  if (gathered > 0) yield joined(pieces);
  return undefined;
}

const joined = (pieces: readonly Uint8Array[]) => (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));

/** A stream of bytes cut into pieces of one size, the first of which may have another; each knows whether it is the last. */

export interface Piece {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/** There is always one: of nothing it is empty. */
export async function* inPieces(stream: AsyncIterable<Uint8Array>, size: number, first = size): AsyncGenerator<Piece> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  let wanted = first;
  let full: Uint8Array | undefined;
  for await (const chunk of stream) {
    for (let from = 0; from < chunk.byteLength; ) {
      const piece = chunk.subarray(from, from + wanted - length);
      from += piece.byteLength;
      gathered.push(piece);
      length += piece.byteLength;
      if (full) yield { bytes: full, last: false };
      full = undefined;
      if (length < wanted) continue;
      full = joined(gathered);
      gathered = [];
      length = 0;
      wanted = size;
    }
  }
  if (full) yield { bytes: full, last: true };
  else yield { bytes: joined(gathered), last: true };
}

const joined = (pieces: readonly Uint8Array[]) => (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));

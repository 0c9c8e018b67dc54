/** Bytes as they are unpacked, up to a limit: a small file that unpacks to a huge one ends there. */
import { busError } from '../../errors/bus-error.ts';

/** Bytes that unpacking may give, unless told otherwise. */
export const MOST = 1_073_741_824;

export const maxBytes = {
  type: 'integer',
  minimum: 1,
  default: MOST,
  description: 'The most bytes that it may unpack to',
};

/** `format` and what is wrong with it are for people. Errors of the stream are told as such. */
export async function* limited(
  format: string,
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > limit) throw busError('UNPACKED_TOO_LARGE', { format, limit });
    yield chunk;
  }
}

/** A body that is taken as a whole: sealed, signed or in several parts. */
import type { Message } from '../../contracts/message.ts';
import { limited } from './limited.ts';

/** Bytes: what is taken as a whole is held as a whole. */
export const LARGEST = 67_108_864;

/** Throws BusError UNPACKED_TOO_LARGE; `format` is for people. */
export async function bytesIn({ parts: [part] }: Message, format: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limited(format, part.open(), LARGEST)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

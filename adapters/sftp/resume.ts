/** Goes on with a file that an earlier attempt has half written, where what is there is what is to be there. */
import { createHash, type Hash } from 'node:crypto';
import type { Part } from '../../runtime/contracts/message.ts';
import { STATUS, statusOf } from './failure.ts';
import type { Session } from './session.ts';

/** Bytes; what is less is soon written anew. */
const WORTH = 1_048_576;

/**
 * Writes the part to `path`, whoever else may write the same there; gives the SHA-256 of all of it, hexadecimal. What breaks off
 * stays, for the next attempt.
 */
export async function writeResumed(session: Session, path: string, part: Part, signal: AbortSignal): Promise<string> {
  const there = await sizeOf(session, path);
  const begun = there !== undefined && there >= WORTH ? await sameStart(session, path, there, part) : undefined;
  if (there !== undefined && !begun) await session.remove(path);
  const hash = createHash('sha256');
  await session.write(path, hashed(part.open(), hash, begun ?? 0), signal, begun ?? 0);
  return hash.digest('hex');
}

async function sizeOf(session: Session, path: string): Promise<number | undefined> {
  try {
    return (await session.stat(path)).size;
  } catch (thrown) {
    if (statusOf(thrown) === STATUS.noSuchFile) return undefined;
    throw thrown;
  }
}

/** The size of what is there if the part begins with the same bytes. */
async function sameStart(session: Session, path: string, size: number, part: Part): Promise<number | undefined> {
  const [theirs, ours] = await Promise.all([digestOf(session.chunks(path), size), digestOf(part.open(), size)]);
  return theirs !== undefined && theirs === ours ? size : undefined;
}

/** Of the first `size` bytes; undefined where there are not so many. */
async function digestOf(chunks: AsyncIterable<Uint8Array>, size: number): Promise<string | undefined> {
  const hash = createHash('sha256');
  let left = size;
  for await (const chunk of chunks) {
    hash.update(chunk.subarray(0, left));
    left -= Math.min(left, chunk.byteLength);
    if (left === 0) return hash.digest('hex');
  }
  return undefined;
}

/** What follows the first `skip` bytes; all of it is hashed. */
async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash, skip: number): AsyncIterable<Uint8Array> {
  let left = skip;
  for await (const chunk of chunks) {
    hash.update(chunk);
    if (chunk.byteLength > left) yield chunk.subarray(left);
    left -= Math.min(left, chunk.byteLength);
  }
}

/**
 * A claimed file as a message. Up to 256 KiB it is read at once; a larger one is streamed from the claim, which stays
 * until the message is durable. Its key is the same whenever the same file is taken again.
 */
import { createHash, type Hash } from 'node:crypto';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Incoming } from '../../runtime/contracts/adapter.ts';
import { type Part, type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { mediaTypeOf } from '../../runtime/files/media-types.ts';
import type { Claim } from './claim.ts';

const WHOLE = 262_144;
const CHUNK = 262_144;

/** A link put in the file's place is not followed. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

export interface ClaimedFile {
  readonly incoming: Incoming;
  readonly size: number;
}

export async function readClaim(claim: Claim, folder: string, contentType?: string): Promise<ClaimedFile> {
  const path = join(folder, claim.name);
  const handle = await open(claim.path, READ);
  try {
    const { size, mtimeMs } = await handle.stat();
    const hash = createHash('sha256').update(JSON.stringify([path, size, mtimeMs]));
    const part = await readPart(handle, claim, size, contentType ?? mediaTypeOf(claim.name), hash);
    const properties: Record<string, Scalar> = {
      [BUS.sourceName]: claim.name,
      'file.name': claim.name,
      'file.path': path,
      'file.modified': new Date(mtimeMs).toISOString(),
    };
    return { incoming: { parts: [part], context: carried(properties), key: hash.digest('hex') }, size };
  } finally {
    await handle.close();
  }
}

async function readPart(
  handle: FileHandle,
  claim: Claim,
  size: number,
  contentType: string,
  hash: Hash,
): Promise<Part> {
  if (size <= WHOLE) {
    const bytes = await handle.readFile();
    hash.update(bytes);
    return partOf(bytes, contentType);
  }
  for await (const chunk of handle.createReadStream({ start: 0, highWaterMark: CHUNK, autoClose: false })) {
    hash.update(chunk);
  }
  return { name: 'body', contentType, size, open: () => chunksOf(claim.path) };
}

async function* chunksOf(path: string): AsyncIterable<Uint8Array> {
  const handle = await open(path, READ);
  try {
    yield* handle.createReadStream({ highWaterMark: CHUNK, autoClose: false });
  } finally {
    await handle.close();
  }
}

function carried(properties: Readonly<Record<string, Scalar>>): Incoming['context'] {
  return new Map(
    Object.entries(properties).map(([name, value]): [string, Property] => [name, { value, promoted: false }]),
  );
}

/** Writes files so that they are on the disk when it says so. */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './system-error.ts';

/** A new file; gives the SHA-256 of what was written, hexadecimal. */
export async function writeFile(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path, 'wx');
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      hash.update(chunk);
      await writeAll(handle, chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.byteLength; ) {
    from += (await handle.write(chunk, from)).bytesWritten;
  }
}

/** Replaces what has the name; no reader ever sees half of it. `id` makes a name to write it under. */
export async function replaceFile(
  folder: string,
  name: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  const work = join(folder, `.${id}.guildhall-part`);
  try {
    await writeFile(work, chunks, signal);
    await rename(work, join(folder, name));
    await flushFolder(folder);
  } catch (thrown) {
    await discard(work);
    throw thrown;
  }
}

/** Makes new names as durable as the bytes. Windows keeps folders by itself and refuses to open them. */
export async function flushFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL') throw thrown;
  }
}

/** The error that brought us here says more than one about the work file, which nobody reads anyway. */
export async function discard(work: string): Promise<void> {
  await rm(work, { force: true }).catch(() => {});
}

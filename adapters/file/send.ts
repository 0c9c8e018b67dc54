/**
 * Writes a message as a file: under a work name first, flushed to the disk, then renamed, so that no reader ever sees
 * half of it. Sent again, the same message finds its file and leaves it.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext, SendPort } from '../../runtime/contracts/adapter.ts';
import type { Message, Part } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { fileNameFor } from '../shared/file-name.ts';
import type { FileSendConfig } from './config.ts';
import { codeOf, fileFailure } from './failure.ts';
import { moveUnlessTaken } from './move.ts';

export function sendFiles(config: FileSendConfig, context: AdapterContext): SendPort {
  const folder = context.resolvePath(config.folder);

  async function send(message: Message, signal: AbortSignal): Promise<undefined> {
    signal.throwIfAborted();
    const target = join(folder, fileNameFor(message, config.fileName, folder));
    const work = join(folder, `.${context.newId()}.guildhall-part`);
    try {
      const digest = await write(work, message.parts[0], signal);
      await put(work, target, digest);
      await flushFolder(folder);
    } catch (thrown) {
      await discard(work);
      signal.throwIfAborted();
      throw fileFailure(thrown, folder);
    }
  }

  async function put(work: string, target: string, digest: string): Promise<void> {
    if (config.overwrite) return rename(work, target);
    if (await moveUnlessTaken(work, target)) return;
    if ((await digestOf(target)) !== digest) {
      throw busError('ENDPOINT_REFUSED', { endpoint: folder, reason: `${target} exists with other content` });
    }
    await discard(work);
  }

  return { send, close: async () => {} };
}

/** Gives the digest of what was written. */
async function write(path: string, part: Part, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path, 'wx');
  try {
    for await (const chunk of part.open()) {
      signal.throwIfAborted();
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

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path, 'r');
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk);
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** Makes the new name as durable as the bytes. Windows keeps folders by itself and refuses to open them. */
async function flushFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL') throw thrown;
  }
}

/** The error that brought us here says more than one about the work file, which nobody reads anyway. */
async function discard(work: string): Promise<void> {
  await rm(work, { force: true }).catch(() => {});
}

/**
 * Writes a message as a file: under a work name first, flushed to the disk, then renamed, so that no reader ever sees
 * half of it. Sent again, the same message finds its file and leaves it.
 */
import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext, SendPort } from '../../runtime/contracts/adapter.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { fileNameFor } from '../../runtime/files/file-name.ts';
import { discard, flushFolder, writeFile } from '../../runtime/files/write-file.ts';
import { besideName } from '../shared/beside.ts';
import type { FileSendConfig } from './config.ts';
import { fileFailure } from './failure.ts';
import { moveUnlessTaken } from './move.ts';

export function sendFiles(config: FileSendConfig, context: AdapterContext): SendPort {
  const folder = context.resolvePath(config.folder);

  async function send(message: Message, signal: AbortSignal): Promise<undefined> {
    signal.throwIfAborted();
    const name = fileNameFor(message, config.fileName, folder);
    const target = join(folder, name);
    const work = join(folder, `.${context.newId()}.guildhall-part`);
    try {
      const digest = await writeFile(work, message.parts[0].open(), signal);
      await put(work, target, digest);
      await flushFolder(folder);
      if (config.doneFile !== undefined) await mark(folder, besideName(config.doneFile, name));
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

/** Whoever waits for it finds the file in place. */
async function mark(folder: string, name: string): Promise<void> {
  await (await open(join(folder, name), 'a')).close();
  await flushFolder(folder);
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

/**
 * Writes a message as a file on a server: under a work name first, then renamed, so that no reader ever sees half of it. Sent
 * again, the same message finds its file and leaves it. One connection for all, opened when it is needed.
 */
import { createHash } from 'node:crypto';
import type { AdapterContext, SendPort } from '../../runtime/contracts/adapter.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { fileNameFor } from '../../runtime/files/file-name.ts';
import { besideName } from '../shared/beside.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import type { SftpSendConfig } from './config.ts';
import { STATUS, sftpFailure, statusOf } from './failure.ts';
import { writeResumed } from './resume.ts';
import { join, openSession, type Session } from './session.ts';

export function sendRemote(config: SftpSendConfig, context: AdapterContext): SendPort {
  let current: Promise<Session> | undefined;
  let closed = false;
  const stopping = new AbortController();

  function session(): Promise<Session> {
    current ??= openSession(config, context, stopping.signal).catch((thrown: unknown) => {
      current = undefined;
      throw thrown;
    });
    return current;
  }

  async function usable(): Promise<Session> {
    const before = session();
    const found = await before;
    if (!found.failure()) return found;
    if (current === before) current = undefined;
    return session();
  }

  async function send(message: Message, signal: AbortSignal): Promise<undefined> {
    signal.throwIfAborted();
    const name = fileNameFor(message, config.fileName, config.host);
    const open = await untilAborted(usable(), signal);
    const writing = write(open, message, name, signal);
    try {
      await untilAborted(writing, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      throw open.failure() ?? sftpFailure(thrown, open.endpoint);
    }
  }

  async function write(open: Session, message: Message, name: string, signal: AbortSignal): Promise<void> {
    const { folder } = open;
    const [target, work] = [join(folder, name), join(folder, `.${workOf(message, name)}.guildhall-part`)];
    const digest = await writeResumed(open, work, message.parts[0], signal);
    signal.throwIfAborted();
    try {
      await put(open, work, target, digest);
    } catch (thrown) {
      await open.remove(work).catch(() => {}); // What brought us here says more.
      throw thrown;
    }
    if (config.doneFile !== undefined) await mark(open, join(folder, besideName(config.doneFile, name)));
  }

  async function put(open: Session, work: string, target: string, digest: string): Promise<void> {
    if (config.overwrite) return open.replace(work, target);
    try {
      await open.move(work, target);
    } catch (thrown) {
      if (statusOf(thrown) !== STATUS.failure || !(await exists(open, target))) throw thrown;
      if ((await digestOf(open, target)) !== digest)
        throw busError('ENDPOINT_REFUSED', { endpoint: open.endpoint, reason: `${target} exists with other content` });
      await open.remove(work);
    }
  }

  return {
    send,
    close: async () => {
      if (closed) return;
      closed = true;
      stopping.abort(new Error('the port was closed'));
      const open = await current?.catch(() => undefined);
      open?.close();
    },
  };
}

async function mark(open: Session, path: string): Promise<void> {
  if (await exists(open, path)) return;
  await open.write(path, (async function* () {})(), new AbortController().signal);
}

async function exists(open: Session, path: string): Promise<boolean> {
  try {
    await open.stat(path);
    return true;
  } catch (thrown) {
    if (statusOf(thrown) === STATUS.noSuchFile) return false;
    throw thrown;
  }
}

/** The same for all attempts at one message, so that one goes on where another broke off. */
function workOf({ id, context }: Message, name: string): string {
  const key = String(context.get(BUS.idempotencyKey)?.value ?? id);
  return createHash('sha256')
    .update(JSON.stringify([key, name]))
    .digest('hex')
    .slice(0, 32);
}

async function digestOf(open: Session, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of open.chunks(path)) hash.update(chunk);
  return hash.digest('hex');
}

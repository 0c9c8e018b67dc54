/**
 * A connection to an SFTP server. Every question has a deadline: a server that has vanished without a word is found by it, and
 * the connection is done with then. It is never mended; a new one is opened.
 */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import Client from 'ssh2-sftp-client';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import type { BusError } from '../../runtime/contracts/errors.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import { defaults, milliseconds, type ServerConfig } from './config.ts';
import { sftpFailure } from './failure.ts';

export interface Session {
  readonly endpoint: string;
  /** Absolute on the server. */
  readonly folder: string;
  list(folder: string): Promise<readonly FileEntryWithStats[]>;
  stat(path: string): Promise<Stats>;
  /** Refuses where the new name is taken. */
  move(from: string, to: string): Promise<void>;
  /** Takes the new name over from whatever has it. */
  replace(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** From a place on, by default from the beginning. */
  chunks(path: string, from?: number): AsyncIterable<Uint8Array>;
  /** Writes a new file, or what follows the first `from` bytes of one that is there; on the server's disk, where the server can tell. */
  write(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal, from?: number): Promise<void>;
  /** Why it ended, once it has. */
  failure(): BusError | undefined;
  /** Never rejects. */
  close(): void;
}

type Callback<T> = (error: Error | undefined | null, result: T) => void;

const CHUNK = 32_768;
/** Writes under way at once. */
const WINDOW = 16;

/** Rejects with BusError, or with the signal's reason. */
export async function openSession(
  config: ServerConfig,
  context: AdapterContext,
  signal: AbortSignal,
): Promise<Session> {
  const { host, port = defaults.port, user } = config;
  const endpoint = `sftp://${user}@${host}:${port}/${config.folder.replace(/^\//, '')}`;
  const deadline = milliseconds(config.deadline ?? defaults.deadline);
  let ended: BusError | undefined;
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  lost.catch(() => {});
  const end = (reason: unknown) => {
    ended ??= sftpFailure(reason ?? new Error('the connection was closed'), endpoint);
    lose(ended);
  };
  const client = new Client(context.name, { error: end, end: () => end(undefined), close: () => end(undefined) });
  const destroy = () => {
    end(undefined);
    (client as unknown as { readonly client: { destroy(): void } }).client.destroy();
  };
  let verified: string | undefined;
  try {
    const connecting = client.connect({
      host,
      port,
      username: user,
      ...credentials(config, context),
      hostVerifier: (key: Buffer) => {
        verified = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
        return [config.hostKey].flat().some((wanted) => wanted.replace(/=+$/, '') === verified);
      },
      readyTimeout: deadline,
      keepaliveInterval: Math.max(1000, Math.floor(deadline / 3)),
      keepaliveCountMax: 3,
    });
    const sftp = await untilAborted(connecting, signal);
    // Without it every packet waits for the one before it to be acknowledged.
    (client as unknown as { readonly client: { setNoDelay(on: boolean): void } }).client.setNoDelay(true);
    const ask = asking(sftp, lost, deadline, context, endpoint, destroy);
    const folder = await untilAborted(
      ask<string>((done) => sftp.realpath(config.folder, done)),
      signal,
    );
    return { ...questions(sftp, ask), endpoint, folder, failure: () => ended, close: destroy };
  } catch (thrown) {
    destroy();
    signal.throwIfAborted();
    if (verified !== undefined && ![config.hostKey].flat().some((wanted) => wanted.replace(/=+$/, '') === verified))
      throw busError('ENDPOINT_DENIED', {
        endpoint,
        reason: `its host key is ${verified}, which \`hostKey\` does not name`,
      });
    throw sftpFailure(thrown, endpoint);
  }
}

function credentials({ password, privateKey, passphrase }: ServerConfig, { secret }: AdapterContext) {
  return {
    ...(password ? { password: secret(password.secret) } : {}),
    ...(privateKey ? { privateKey: secret(privateKey.secret) } : {}),
    ...(passphrase ? { passphrase: secret(passphrase.secret) } : {}),
  };
}

type Ask = <T>(question: (done: Callback<T>) => unknown) => Promise<T>;

/** Rejects with BusError when the server refuses, says nothing in time or is gone. */
function asking(
  sftp: SFTPWrapper,
  lost: Promise<never>,
  deadline: number,
  { clock }: AdapterContext,
  endpoint: string,
  destroy: () => void,
): Ask {
  sftp.on('error', destroy);
  return async (question) => {
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    const cancel = clock.schedule(deadline, () => {
      reject(busError('ENDPOINT_TIMEOUT', { endpoint, timeout: deadline }));
      destroy();
    });
    try {
      question((error, result) => (error ? reject(error) : resolve(result as never)));
      return await Promise.race([promise, lost]);
    } finally {
      cancel();
    }
  };
}

type Questions = Omit<Session, 'endpoint' | 'folder' | 'failure' | 'close'>;

function questions(sftp: SFTPWrapper, ask: Ask): Questions {
  const unlessUnknown = async (question: (done: Callback<void>) => unknown): Promise<boolean> => {
    try {
      await ask<void>(question);
      return true;
    } catch (thrown) {
      // The client says so at once, by throwing, when the server has not announced the extension.
      if (Error.isError(thrown) && /does not support this extended request/i.test(thrown.message)) return false;
      throw thrown;
    }
  };

  async function* chunks(path: string, from = 0): AsyncIterable<Uint8Array> {
    const handle = await ask<Buffer>((done) => sftp.open(path, 'r', done));
    try {
      for (let at = from; ; ) {
        const buffer = Buffer.allocUnsafe(CHUNK);
        const read = await ask<number>((done) =>
          sftp.read(handle, buffer, 0, CHUNK, at, (error, bytes) => done(isEnd(error) ? undefined : error, bytes ?? 0)),
        );
        if (read === 0) return;
        at += read;
        yield buffer.subarray(0, read);
      }
    } finally {
      await ask<void>((done) => sftp.close(handle, (error) => done(error, undefined))).catch(() => {});
    }
  }

  async function write(path: string, source: AsyncIterable<Uint8Array>, signal: AbortSignal, start = 0): Promise<void> {
    const handle = await ask<Buffer>((done) => sftp.open(path, start === 0 ? 'wx' : 'r+', done));
    try {
      let under: Promise<void>[] = [];
      let at = start;
      for await (const chunk of source) {
        signal.throwIfAborted();
        for (let from = 0; from < chunk.byteLength; from += CHUNK) {
          const piece = Buffer.from(chunk.buffer, chunk.byteOffset + from, Math.min(CHUNK, chunk.byteLength - from));
          const place = at;
          at += piece.length;
          const writing = ask<void>((done) =>
            sftp.write(handle, piece, 0, piece.length, place, (error) => done(error, undefined)),
          );
          writing.catch(() => {});
          under.push(writing);
          if (under.length < WINDOW) continue;
          await Promise.all(under);
          under = [];
        }
      }
      await Promise.all(under);
      await unlessUnknown((done) => sftp.ext_openssh_fsync(handle, (error) => done(error, undefined)));
    } finally {
      await ask<void>((done) => sftp.close(handle, (error) => done(error, undefined)));
    }
  }

  const move = (from: string, to: string) =>
    ask<void>((done) => sftp.rename(from, to, (error) => done(error, undefined)));
  const remove = (path: string) => ask<void>((done) => sftp.unlink(path, (error) => done(error, undefined)));
  return {
    list: (folder) => ask((done) => sftp.readdir(folder, done)),
    stat: (path) => ask((done) => sftp.lstat(path, done)),
    move,
    remove,
    chunks,
    write,
    replace: async (from, to) => {
      const done = await unlessUnknown((answer) =>
        sftp.ext_openssh_rename(from, to, (error) => answer(error, undefined)),
      );
      if (done) return;
      await remove(to).catch(() => {});
      await move(from, to);
    },
  };
}

/** SSH_FX_EOF */
const isEnd = (error: unknown) => Error.isError(error) && 'code' in error && error.code === 1;

/** Of a path on the server. */
export const { join, basename } = posix;

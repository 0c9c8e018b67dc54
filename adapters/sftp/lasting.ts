/** A session whose reading outlasts its connection: a file that was half read goes on where it was, over a new connection. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import type { ServerConfig } from './config.ts';
import { openSession, type Session } from './session.ts';

/** So often in a row a connection may break without a byte having come; and the pauses (ms) before a new one. */
const ATTEMPTS = 6;
const PAUSE = 500;

/** Everything but reading fails with its connection, as that of a plain session does; a new connection serves it, too. */
export async function openLasting(
  config: ServerConfig,
  context: AdapterContext,
  signal: AbortSignal,
): Promise<Session> {
  let current = await openSession(config, context, signal);

  async function* chunks(path: string, from = 0): AsyncIterable<Uint8Array> {
    let at = from;
    for (let failed = 0; ; ) {
      try {
        for await (const chunk of current.chunks(path, at)) {
          at += chunk.byteLength;
          failed = 0;
          yield chunk;
        }
        return;
      } catch (thrown) {
        failed += 1;
        if (!current.failure() || failed > ATTEMPTS || signal.aborted) throw thrown;
      }
      await reopen(failed);
    }
  }

  /** Where this fails, the next attempt to read does. */
  async function reopen(failed: number): Promise<void> {
    await context.clock.sleep(PAUSE * 2 ** (failed - 1), signal);
    try {
      current = await openSession(config, context, signal);
    } catch (thrown) {
      if (failed >= ATTEMPTS || signal.aborted) throw thrown;
    }
  }

  const { endpoint, folder } = current;
  return {
    endpoint,
    folder,
    list: (path) => current.list(path),
    stat: (path) => current.stat(path),
    move: (source, target) => current.move(source, target),
    replace: (source, target) => current.replace(source, target),
    remove: (path) => current.remove(path),
    chunks,
    write: (path, source, until, from) => current.write(path, source, until, from),
    failure: () => current.failure(),
    close: () => current.close(),
  };
}

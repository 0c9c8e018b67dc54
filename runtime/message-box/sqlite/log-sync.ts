/**
 * Makes commits durable without stopping the process: SQLite writes its log without a sync (synchronous = NORMAL), and the
 * log is synced here, on a thread of the platform, before anybody is told of the commit. That is what synchronous = FULL
 * does, but for the waiting. Source: sqlite.org/pragma.html#pragma_synchronous and sqlite.org/wal.html.
 */
import { close, fdatasync, openSync } from 'node:fs';

export interface LogSync {
  /** Resolves once all frames that were written before the call are on the disk. */
  sync(): Promise<void>;
  close(): void;
}

/** `path`: of the database; its log lies beside it for as long as a connection is open. */
export function createLogSync(path: string): LogSync {
  let log: number | undefined;

  return {
    sync: () =>
      new Promise((resolve, reject) => {
        log ??= openSync(`${path}-wal`, 'r+');
        fdatasync(log, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => {
      if (log !== undefined) close(log);
      log = undefined;
    },
  };
}

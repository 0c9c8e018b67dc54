/**
 * The connection to the Redis that hosts share. It is up once a beat got through, and down from the first command that
 * fails or the first break until a beat gets through again; it tries for ever. No command waits for a connection: while it
 * is down they reject at once, and none is sent twice.
 */
import { Redis } from 'ioredis';
import type { Clock } from '../contracts/clock.ts';
import { ACQUIRE, BEAT } from './scripts.ts';

export interface LinkOptions {
  /** redis:// or rediss://, with whatever user, password and database it needs. */
  readonly url: string;
  readonly clock: Clock;
  /** ms between beats while up. */
  readonly every: number;
  /** Must be safe to repeat. */
  readonly beat: (client: Client) => Promise<void>;
  readonly changed: (reason: string | undefined) => void;
}

export interface Link {
  readonly up: boolean;
  /** Resolves once it is known for the first time whether Redis is there. */
  readonly known: Promise<void>;
  /** Undefined when it is down, or was found to be by this command: whether Redis has carried it out is then not known. */
  call<T>(command: (client: Client, run: string) => Promise<T>): Promise<T | undefined>;
  close(): void;
}

export interface Client extends Pick<Redis, 'zrem'> {
  acquire(keys: number, ...args: readonly (string | number)[]): Promise<number>;
  beat(keys: number, ...args: readonly (string | number)[]): Promise<number>;
}

/** How long (ms) an answer may take; how soon a lost connection or a failed beat is tried again. */
const PATIENCE = 2000;
const AGAIN = 200;

export function connectRedis({ url, clock, every, beat, changed }: LinkOptions): Link {
  const client = open(url);
  const scripted = client as unknown as Client;
  const known = Promise.withResolvers<void>();
  let state: 'unknown' | 'up' | 'down' | 'closed' = 'unknown';
  /** Redis's own id of this run of it: another one after every start. */
  let run = '';
  let cancel = () => {};

  client.on('ready', () => void revive());
  client.on('error', (error: Error) => down(error.message));
  client.on('close', () => down('the connection was closed'));

  function down(reason: string): void {
    if (state === 'closed') return;
    const before = state;
    state = 'down';
    if (before !== 'down') changed(reason);
    known.resolve();
  }

  async function revive(): Promise<void> {
    cancel();
    if (state === 'closed' || client.status !== 'ready') return;
    try {
      run = /^run_id:(\w+)/m.exec(await client.info('server'))?.[1] ?? '';
      await beat(scripted);
      if (closed()) return;
      const before = state;
      state = 'up';
      if (before === 'down') changed(undefined);
      known.resolve();
      schedule(every);
    } catch (thrown) {
      failed(thrown);
    }
  }

  const closed = () => state === 'closed';

  /** What does not answer is not asked again on the same connection. */
  function failed(thrown: unknown): void {
    const reason = Error.isError(thrown) ? thrown.message : String(thrown);
    down(reason);
    if (closed()) return;
    if (/timed out/i.test(reason) && client.status === 'ready') client.disconnect(true);
    schedule(AGAIN);
  }

  function schedule(ms: number): void {
    cancel();
    if (!closed()) cancel = clock.schedule(ms, () => void revive());
  }

  return {
    get up() {
      return state === 'up';
    },
    known: known.promise,
    async call(command) {
      if (state !== 'up') return undefined;
      try {
        return await command(scripted, run);
      } catch (thrown) {
        failed(thrown);
        return undefined;
      }
    },
    close() {
      if (closed()) return;
      state = 'closed';
      cancel();
      known.resolve();
      client.disconnect();
    },
  };
}

function open(url: string): Redis {
  const client = new Redis(url, {
    connectionName: 'guildhall-limits',
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    disconnectTimeout: AGAIN,
    retryStrategy: () => AGAIN,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  client.defineCommand('acquire', { lua: ACQUIRE });
  client.defineCommand('beat', { lua: BEAT });
  return client;
}

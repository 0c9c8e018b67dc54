/**
 * Remembers for all hosts of a bus what came, by Redis; and within each host, too, so that a Redis that has forgotten everything lets
 * nothing through that this host has seen. While Redis is away each host remembers by itself, or takes nothing (`stop`).
 */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Clock } from '../contracts/clock.ts';
import type { ReplayCache } from '../contracts/replays.ts';
import { busError } from '../errors/bus-error.ts';
import { createLocalReplayCache } from './local.ts';

export interface SharedReplayOptions {
  /** redis:// or rediss://, with whatever user, password and database it needs. */
  readonly url: string;
  /** The bus: hosts of one name remember together. */
  readonly bus: string;
  /** What holds while Redis is away. */
  readonly fallback: 'local' | 'share' | 'stop';
  readonly clock: Clock;
}

/** How long (ms) an answer may take, and how soon a lost connection is tried again. */
const PATIENCE = 2000;
const AGAIN = 200;

export function createSharedReplayCache({ url, bus, fallback, clock }: SharedReplayOptions): ReplayCache {
  const local = createLocalReplayCache(clock);
  const client = new Redis(url, {
    connectionName: 'guildhall-replays',
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    disconnectTimeout: AGAIN,
    retryStrategy: () => AGAIN,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => {}); // Commands say so, and the limits, which share this Redis, tell operators.

  const keyOf = (key: string) => `{guildhall:${bus}}:replays:${createHash('sha256').update(key).digest('hex')}`;

  return {
    async first(key, until) {
      if (!(await local.first(key, until))) return false;
      const left = Math.max(1, Math.ceil(until - clock.now()));
      try {
        return (await client.set(keyOf(key), '1', 'PX', left, 'NX')) === 'OK';
      } catch (thrown) {
        if (fallback !== 'stop') return true;
        await local.forget(key);
        throw busError('BUS_BUSY', {}, { cause: thrown });
      }
    },
    async forget(key) {
      await local.forget(key);
      await client.del(keyOf(key)).catch(() => {}); // Then it is remembered until its time is over.
    },
    async close() {
      client.disconnect();
      await local.close();
    },
  };
}

/** A connection to Redis. It is never mended: when it has ended, a new one is opened. */
import { Redis } from 'ioredis';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import { defaults, milliseconds, type ServerConfig } from './config.ts';
import { redisFailure } from './failure.ts';

export interface Connection {
  readonly endpoint: string;
  /** Answers of Redis: Buffers, numbers, null and lists of these. Rejects with BusError. */
  call(command: string, ...args: readonly (string | number | Buffer)[]): Promise<unknown>;
  readonly ended: () => boolean;
  /** What is under way rejects. */
  close(): void;
}

/** Rejects with BusError, or with the signal's reason. */
export async function connect(config: ServerConfig, context: AdapterContext, signal: AbortSignal): Promise<Connection> {
  const url = addressOf(config, context);
  const endpoint = `${url.protocol}//${url.host}${url.pathname}`;
  const deadline = milliseconds(config.deadline ?? defaults.deadline);
  const redis = new Redis(url.href, {
    lazyConnect: true,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: deadline,
    disconnectTimeout: 300,
    keepAlive: 10_000,
  });
  let reason: unknown;
  redis.on('error', (error: unknown) => {
    reason ??= error;
  });
  try {
    await untilAborted(redis.connect(), signal);
  } catch (thrown) {
    redis.disconnect();
    signal.throwIfAborted();
    throw redisFailure(reason ?? thrown, endpoint);
  }
  return {
    endpoint,
    call: async (command, ...args) => {
      let late = false;
      const cancel = context.clock.schedule(deadline, () => {
        late = true;
        redis.disconnect();
      });
      try {
        return await redis.callBuffer(command, ...args.map((arg) => (typeof arg === 'number' ? String(arg) : arg)));
      } catch (thrown) {
        if (late) throw busError('ENDPOINT_TIMEOUT', { endpoint, timeout: deadline }, { cause: thrown });
        throw redisFailure(thrown, endpoint);
      } finally {
        cancel();
      }
    },
    ended: () => redis.status !== 'ready',
    close: () => redis.disconnect(),
  };
}

function addressOf({ url }: ServerConfig, { name, secret }: AdapterContext): URL {
  const parsed = URL.parse(typeof url === 'string' ? url : secret(url.secret));
  if (parsed && /^rediss?:$/.test(parsed.protocol)) return parsed;
  const reason = 'the URL of its server is not one that begins with redis:// or rediss://';
  throw busError('ADAPTER_CONFIG', { name, reason });
}

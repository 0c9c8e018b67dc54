/**
 * Limits shared through Redis, and what becomes of them while Redis is away: each host keeps the whole limit (`local`) or
 * its share of it (`share`) by itself, or sends wait (`stop`). What was permitted one way counts the other way too, so that
 * going over adds nothing to what is under way.
 */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Limit, Limiter, Permit } from '../contracts/limiter.ts';
import { createLocalLimiter } from './local.ts';
import { createRedisLimiter } from './redis.ts';

export interface SharedLimiterOptions {
  readonly url: string;
  /** The bus: hosts of one name share their limits. */
  readonly bus: string;
  readonly fallback: Fallback;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly emit: (event: BusEvent) => void;
  /** How long (ms) a slot outlives the host that holds it. */
  readonly lease?: number;
}

export type Fallback = 'local' | 'share' | 'stop';

export function createSharedLimiter(options: SharedLimiterOptions): Limiter {
  const { clock, emit, fallback } = options;
  const local = createLocalLimiter(clock);
  /** Aborts when Redis is back. */
  let outage = new AbortController();
  const redis = createRedisLimiter({
    ...options,
    changed: (reason) => {
      const at = clock.now();
      if (reason !== undefined) {
        outage = new AbortController();
        emit({ name: 'limits-degraded', at, data: { reason, fallback, hosts: redis.hosts } });
        return;
      }
      outage.abort();
      emit({ name: 'limits-restored', at, data: { hosts: redis.hosts } });
    },
  });

  async function acquire(name: string, limit: Limit, signal: AbortSignal): Promise<Permit> {
    await redis.known;
    for (;;) {
      signal.throwIfAborted();
      const permit = redis.up ? await together(name, limit, signal) : await alone(name, limit, signal);
      if (permit) return permit;
    }
  }

  async function together(name: string, limit: Limit, signal: AbortSignal): Promise<Permit | undefined> {
    const permit = await redis.acquire(name, limit, signal);
    return permit && both(permit, local.adopt(name, limit));
  }

  /** Undefined when Redis is back first. */
  async function alone(name: string, limit: Limit, signal: AbortSignal): Promise<Permit | undefined> {
    const back = outage.signal;
    const either = AbortSignal.any([signal, back]);
    try {
      const permit = await (fallback === 'stop' ? never(either) : local.acquire(name, reduced(limit), either));
      return both(permit, redis.adopt(name, limit));
    } catch (thrown) {
      if (back.aborted && !signal.aborted) return undefined;
      throw thrown;
    }
  }

  function reduced(limit: Limit): Limit {
    return fallback === 'share' ? shareOf(limit, redis.hosts) : limit;
  }

  async function close(): Promise<void> {
    await redis.close();
    outage = new AbortController();
  }

  return { acquire, close };
}

/** Every host may send at least one at a time. */
function shareOf({ concurrent, perSecond }: Limit, hosts: number): Limit {
  return {
    ...(concurrent === undefined ? {} : { concurrent: Math.max(1, Math.floor(concurrent / hosts)) }),
    ...(perSecond === undefined ? {} : { perSecond: perSecond / hosts }),
  };
}

function both(one: Permit, other: Permit): Permit {
  return {
    release: () => {
      one.release();
      other.release();
    },
  };
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** Several hosts that send through one shared limit, and what a far end sees of it: how many at a time, and when. */
import { createIds } from '../../../runtime/clock/identity.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { BusEvent } from '../../../runtime/contracts/events.ts';
import type { Limit, Limiter } from '../../../runtime/contracts/limiter.ts';
import { createSharedLimiter, type Fallback } from '../../../runtime/limits/shared.ts';

export const clock = createSystemClock();
export const newId = createIds(clock, Math.random);
export const never = new AbortController().signal;

export interface SharingHost {
  readonly limiter: Limiter;
  readonly events: readonly BusEvent[];
}

export interface Sharing {
  readonly url: string;
  readonly bus: string;
  readonly fallback?: Fallback;
  readonly lease?: number;
}

export function openHost({ url, bus, fallback = 'stop', lease = 3000 }: Sharing): SharingHost {
  const events: BusEvent[] = [];
  const emit = (event: BusEvent) => void events.push(event);
  return { events, limiter: createSharedLimiter({ url, bus, fallback, lease, clock, newId, emit }) };
}

export interface FarEnd {
  /** Under way now, the most that ever were, and how many began. */
  readonly running: number;
  readonly most: number;
  readonly began: number;
  /** One send, of `ms`, as soon as `host` may. */
  send(host: SharingHost, ms: number): Promise<void>;
}

export function openFarEnd(limit: Limit, port = 'port'): FarEnd {
  let running = 0;
  let most = 0;
  let began = 0;
  return {
    get running() {
      return running;
    },
    get most() {
      return most;
    },
    get began() {
      return began;
    },
    async send({ limiter }, ms) {
      const permit = await limiter.acquire(port, limit, never);
      running += 1;
      began += 1;
      most = Math.max(most, running);
      await clock.sleep(ms);
      running -= 1;
      permit.release();
    },
  };
}

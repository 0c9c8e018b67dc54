/**
 * Limits within one process: first come, first served. The rate is a bucket that fills at `perSecond` and holds a tenth of
 * a second's worth, at least one, so that in no span of T seconds more than T * perSecond + max(1, perSecond / 10) begin.
 */
import type { Clock } from '../contracts/clock.ts';
import type { Limit, Limiter, Permit } from '../contracts/limiter.ts';
import { capacityOf } from './capacity.ts';

export interface LocalLimiter extends Limiter {
  /** Counts a send that another limiter permitted: it takes its room here too, without waiting. */
  adopt(name: string, limit: Limit): Permit;
}

interface Lane {
  running: number;
  /** What the bucket held at `at`; below nothing when more was adopted than it had. */
  tokens: number;
  at: number;
  readonly queue: Waiting[];
  cancel: () => void;
}

interface Waiting {
  readonly limit: Limit;
  readonly go: (permit: Permit) => void;
}

/** Fractions of a token that arithmetic loses. */
const ROUNDING = 1e-6;

export function createLocalLimiter(clock: Clock): LocalLimiter {
  const lanes = new Map<string, Lane>();

  function laneOf(name: string): Lane {
    const known = lanes.get(name);
    if (known) return known;
    const made = { running: 0, tokens: Number.POSITIVE_INFINITY, at: clock.now(), queue: [], cancel: () => {} };
    lanes.set(name, made);
    return made;
  }

  function serve(lane: Lane): void {
    lane.cancel();
    for (let first = lane.queue[0]; first !== undefined; first = lane.queue[0]) {
      const wait = pauseBefore(lane, first.limit);
      if (wait > 0) {
        if (Number.isFinite(wait)) lane.cancel = clock.schedule(wait, () => serve(lane));
        return;
      }
      lane.queue.shift();
      first.go(take(lane, first.limit));
    }
  }

  /** ms; without end while too many are under way, which ends with one of them. */
  function pauseBefore(lane: Lane, limit: Limit): number {
    if (lane.running >= (limit.concurrent ?? Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
    fill(lane, limit);
    if (limit.perSecond === undefined || lane.tokens >= 1 - ROUNDING) return 0;
    return Math.ceil(((1 - lane.tokens) * 1000) / limit.perSecond);
  }

  function fill(lane: Lane, { perSecond }: Limit): void {
    const now = clock.now();
    const gained = (Math.max(0, now - lane.at) * (perSecond ?? 0)) / 1000;
    lane.at = now;
    if (perSecond !== undefined) lane.tokens = Math.min(capacityOf(perSecond), lane.tokens + gained);
  }

  function take(lane: Lane, { perSecond }: Limit): Permit {
    lane.running += 1;
    if (perSecond !== undefined) lane.tokens -= 1;
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        lane.running -= 1;
        if (lane.queue.length > 0) serve(lane);
      },
    };
  }

  return {
    acquire: (name, limit, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const lane = laneOf(name);
        const waiting: Waiting = {
          limit,
          go: (permit) => {
            signal.removeEventListener('abort', abort);
            resolve(permit);
          },
        };
        const abort = () => {
          lane.queue.splice(lane.queue.indexOf(waiting), 1);
          reject(signal.reason);
          serve(lane);
        };
        signal.addEventListener('abort', abort, { once: true });
        lane.queue.push(waiting);
        if (lane.queue.length === 1) serve(lane);
      }),
    tryAcquire: (name, limit) => {
      const lane = laneOf(name);
      return lane.queue.length === 0 && pauseBefore(lane, limit) === 0 ? take(lane, limit) : undefined;
    },
    adopt: (name, limit) => {
      const lane = laneOf(name);
      fill(lane, limit);
      return take(lane, limit);
    },
    close: async () => {},
  };
}

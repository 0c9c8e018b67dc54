/**
 * Deliveries that a worker has leased ahead of its free places, first come first served. How many is decided by how fast the
 * worker is: at most half a second's work, so that a slow port holds back nothing that another host could send.
 */
import type { Clock } from '../contracts/clock.ts';
import type { Delivery } from '../contracts/message-box.ts';

export interface Prefetch {
  /** How many may wait here now. */
  readonly room: number;
  readonly size: number;
  add(delivery: Delivery): void;
  /** The next one; `stale` when it has waited so long that others had better take it. */
  next(): { readonly delivery: Delivery; readonly stale: boolean } | undefined;
  /** All that wait, which then wait no more. */
  empty(): Delivery[];
  /** One was handled. */
  handled(): void;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly since: number;
}

const MOST = 2048;
const SHARE_OF_A_SECOND = 0.5;
const WINDOW = 500;

/** `patience`: how long (ms) a delivery may wait here. */
export function createPrefetch(clock: Pick<Clock, 'now'>, patience: number): Prefetch {
  let waiting: Waiting[] = [];
  let first = 0;
  let handled = 0;
  let since = clock.now();
  let perSecond = 0;

  function measure(): void {
    const now = clock.now();
    if (now - since < WINDOW) return;
    perSecond = (handled * 1000) / (now - since);
    handled = 0;
    since = now;
  }

  const rest = () => waiting.slice(first).map(({ delivery }) => delivery);

  return {
    get room() {
      measure();
      return Math.min(MOST, Math.floor(perSecond * SHARE_OF_A_SECOND));
    },
    get size() {
      return waiting.length - first;
    },
    add: (delivery) => void waiting.push({ delivery, since: clock.now() }),
    next: () => {
      const found = waiting[first];
      if (found === undefined) return undefined;
      first += 1;
      if (first > MOST) {
        waiting = waiting.slice(first);
        first = 0;
      }
      return { delivery: found.delivery, stale: clock.now() - found.since > patience };
    },
    empty: () => {
      const all = rest();
      waiting = [];
      first = 0;
      return all;
    },
    handled: () => {
      handled += 1;
    },
  };
}

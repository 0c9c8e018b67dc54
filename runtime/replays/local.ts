/** Remembers within the process what came. */
import type { Clock, Instant } from '../contracts/clock.ts';
import type { ReplayCache } from '../contracts/replays.ts';

/** How many are remembered at most; then the oldest are forgotten. */
const MOST = 100_000;

export function createLocalReplayCache(clock: Clock, most: number = MOST): ReplayCache {
  const seen = new Map<string, Instant>();

  /** What is over, from the oldest on, and as much as is too much. */
  function tidy(now: Instant): void {
    for (const [key, until] of seen) {
      if (until >= now && seen.size < most) break;
      seen.delete(key);
    }
  }

  return {
    async first(key, until) {
      const now = clock.now();
      const known = seen.get(key);
      if (known !== undefined && known >= now) return false;
      tidy(now);
      seen.delete(key);
      seen.set(key, until);
      return true;
    },
    async forget(key) {
      seen.delete(key);
    },
    async close() {},
  };
}

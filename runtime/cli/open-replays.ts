/** Opens what remembers callers' nonces and signatures: together with other hosts where config/bus.yaml names a Redis, else for this host alone. */
import type { Clock } from '../contracts/clock.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { ReplayCache } from '../contracts/replays.ts';
import { createLocalReplayCache } from '../replays/local.ts';
import { createSharedReplayCache } from '../replays/redis.ts';
import type { BusConfig } from '../solution/bus-config.ts';

export function openReplays({ name, limits }: BusConfig, { secret }: Deployment, clock: Clock): ReplayCache {
  if (!limits) return createLocalReplayCache(clock);
  const { redis, fallback } = limits;
  const url = typeof redis === 'string' ? redis : secret(redis.secret);
  return createSharedReplayCache({ url, bus: name, fallback, clock });
}

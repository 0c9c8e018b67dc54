/** Opens what keeps the limits of send ports: shared with other hosts where config/bus.yaml says so, else for this host alone. */
import type { Deployment } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Limiter } from '../contracts/limiter.ts';
import { createLocalLimiter } from '../limits/local.ts';
import { createSharedLimiter } from '../limits/shared.ts';
import type { BusConfig } from '../solution/bus-config.ts';
import type { Console } from './console.ts';

export function openLimiter(
  { name, limits }: BusConfig,
  { secret }: Deployment,
  { clock, newId }: Console,
  emit: (event: BusEvent) => void,
): Limiter {
  if (!limits) return createLocalLimiter(clock);
  const { redis, fallback } = limits;
  const url = typeof redis === 'string' ? redis : secret(redis.secret);
  return createSharedLimiter({ url, bus: name, fallback, clock, newId, emit });
}

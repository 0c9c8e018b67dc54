/** What a location or a send port is given of its host. */
import type { AdapterContext, HttpListener } from '../contracts/adapter.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { createLocalReplayCache } from '../replays/local.ts';
import type { HostOptions } from './host-options.ts';

export function contextFor(
  { clock, newId, emit, replays }: Pick<HostOptions, 'clock' | 'newId' | 'emit' | 'replays'>,
  { secret, resolvePath }: Deployment,
  http: HttpListener,
  name: string,
  twoWay: boolean,
): AdapterContext {
  const cache = replays ?? createLocalReplayCache(clock);
  return { name, twoWay, clock, newId, emit, secret, resolvePath, replays: cache, http };
}

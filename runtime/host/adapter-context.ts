/** What a location or a send port is given of its host. */
import type { AdapterContext, HttpListener } from '../contracts/adapter.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { HostOptions } from './host-options.ts';

export function contextFor(
  { clock, newId, emit }: Pick<HostOptions, 'clock' | 'newId' | 'emit'>,
  { secret, resolvePath }: Deployment,
  http: HttpListener,
  name: string,
  twoWay: boolean,
): AdapterContext {
  return { name, twoWay, clock, newId, emit, secret, resolvePath, http };
}

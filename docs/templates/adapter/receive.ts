/** Takes one message at a time: GET gives the first that waits, DELETE removes it once it is durable. */
import {
  type AdapterContext,
  BUS,
  type Incoming,
  partOf,
  type ReceiveLocation,
  type Submit,
} from 'guildhall/contracts';
import { call, failureOf, milliseconds } from './call.ts';
import type { ReceiveConfig } from './index.ts';

export function receiveFromExamplePost(config: ReceiveConfig, context: AdapterContext): ReceiveLocation {
  const { url, poll = '5s', timeout = '30s' } = config;

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const taken = await next(signal);
        if (!taken) {
          await context.clock.sleep(milliseconds(poll), signal);
          continue;
        }
        // Resolves once the message is durable; only then may it go from the source. Where it rejects, nothing was kept.
        await submit([taken.incoming], signal);
        await call('DELETE', `${url}/${taken.id}`, { timeout }, context, signal);
      }
    } catch (thrown) {
      // The host waits a little and runs it again.
      if (!signal.aborted) throw failureOf(thrown, url);
    }
  }

  async function next(signal: AbortSignal): Promise<{ readonly id: string; readonly incoming: Incoming } | undefined> {
    const { status, headers, bytes } = await call('GET', url, { timeout }, context, signal);
    if (status === 204) return undefined;
    const id = headers.get('x-id') ?? '';
    const incoming: Incoming = {
      parts: [partOf(bytes, headers.get('content-type') ?? 'application/octet-stream')],
      // Properties by which messages are routed are promoted; these only tell where it came from.
      context: new Map([[BUS.sourceName, { value: id, promoted: false }]]),
      // Seen again after a crash between submit and DELETE, it is known by this key, and not taken twice.
      key: `${url} ${id}`,
    };
    return { id, incoming };
  }

  return { run };
}

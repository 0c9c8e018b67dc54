/**
 * Puts away what a host left behind that died and did not come back: the subscription by which answers found its callers, and
 * the answers that wait there. The answers themselves stay on record, for a caller who asks again.
 */
import type { Clock } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { hostOf, type Owned, ownedName } from '../contracts/ownership.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { forgetCallers } from './lost-callers.ts';
import { TENURE } from './ownership.ts';

export interface LostHostsOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly holder: string;
  readonly emit: (event: BusEvent) => void;
}

/** How often (ms) they are looked for. */
const LOOK = 15_000;
/** How long (ms) a dead host is given to come back. Longer than its workers' leases. */
const MOURNING = 90_000;

export function createLostHosts(options: LostHostsOptions): Service {
  const { box, clock, holder, emit } = options;
  let active = false;
  let looking = Promise.resolve();
  let cancelLook = () => {};

  function schedule(): void {
    cancelLook();
    if (active) cancelLook = clock.schedule(LOOK, look);
  }

  function look(): void {
    looking = clear().catch(failed).finally(schedule);
  }

  async function clear(): Promise<void> {
    const before = clock.now() - MOURNING;
    for (const { name, host, until } of await box.owners()) {
      const lost = hostOf(name);
      if (lost === undefined || host === undefined || until >= before || !active) continue;
      const now = clock.now();
      const owned = await box.own({ host: holder, names: [name], now, until: now + TENURE });
      if (owned.length > 0) await putAway(lost, owned);
    }
  }

  async function putAway(lost: string, owned: readonly Owned[]): Promise<void> {
    const answers = await forgetCallers(lost, owned, box, clock);
    await box.disown(holder, [ownedName.host(lost)], clock.now());
    emit({ name: 'host-lost', at: clock.now(), data: { host: lost, answers } });
  }

  function failed(thrown: unknown): void {
    const { code, message: reason } = asBusError(thrown, 'hosts');
    emit({ name: 'store-failed', at: clock.now(), data: { subscriber: 'hosts', code, reason } });
  }

  return {
    async start() {
      active = true;
      schedule();
    },
    async stop() {
      active = false;
      cancelLook();
      await looking;
      cancelLook();
    },
  };
}

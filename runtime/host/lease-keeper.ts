/**
 * Keeps the leases of what is under way, so that they can be short: when a host dies, another may soon take over what it
 * held. A lease that cannot be kept is left to run out; whoever works under it is refused at its commit.
 */
import type { Clock } from '../contracts/clock.ts';
import type { MessageBox } from '../contracts/message-box.ts';

export interface LeaseKeeper {
  add(lease: string): void;
  /** It is settled, given back, or lost. */
  remove(lease: string): void;
}

export interface LeaseKeeperOptions {
  readonly box: Pick<MessageBox, 'extend'>;
  readonly clock: Clock;
  /** How long (ms) a lease lasts from its beginning and from each renewal. */
  readonly lease: number;
  readonly onFailure: (thrown: unknown) => void;
}

/** Renewals in the life of a lease: one that fails leaves time for another. */
const RENEWALS = 3;

export function createLeaseKeeper({ box, clock, lease, onFailure }: LeaseKeeperOptions): LeaseKeeper {
  const every = lease / RENEWALS;
  /** Lease to the time at which it was taken. */
  const kept = new Map<string, number>();
  let cancel: (() => void) | undefined;

  function wait(): void {
    if (kept.size > 0) cancel ??= clock.schedule(every, () => void renew());
  }

  /** Only what is older than a turn: most are settled long before. */
  async function renew(): Promise<void> {
    cancel = undefined;
    const now = clock.now();
    const old = [...kept].filter(([, since]) => now - since >= every / 2).map(([name]) => name);
    try {
      if (old.length > 0) await box.extend(old, now + lease);
    } catch (thrown) {
      onFailure(thrown);
    }
    wait();
  }

  return {
    add: (name) => {
      kept.set(name, clock.now());
      wait();
    },
    remove: (name) => {
      kept.delete(name);
      if (kept.size > 0) return;
      cancel?.();
      cancel = undefined;
    },
  };
}

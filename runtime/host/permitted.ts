/**
 * A send waits until its port's limit has room, before anything is done for it. Meanwhile its delivery stays leased. When
 * the host stops first, the delivery is given back untouched, so that the attempt does not count; when another host has
 * taken it over, nothing is sent.
 */
import type { Clock } from '../contracts/clock.ts';
import type { BoundSendPort } from '../contracts/deployment.ts';
import type { Limit, Limiter, Permit } from '../contracts/limiter.ts';
import type { Delivery, MessageBox } from '../contracts/message-box.ts';

export interface PermittedOptions {
  readonly port: Pick<BoundSendPort, 'name' | 'limit' | 'timeout'>;
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly limiter: Limiter;
}

type Handle = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

/** How long (ms) a lease outlasts the port's timeout once it is renewed, and how often it is. */
const LEASE = 60_000;
const EVERY = 10_000;

export function permitted(options: PermittedOptions, handle: Handle): Handle {
  const { limit } = options.port;
  if (!limit) return handle;
  return async (delivery, signal) => {
    const atOnce = options.limiter.tryAcquire?.(options.port.name, limit);
    const permit = atOnce ?? (await permitFor(options, limit, delivery, signal));
    if (!permit) return;
    try {
      await handle(delivery, signal);
    } finally {
      permit.release();
    }
  };
}

/** Undefined when the delivery is no longer ours. */
async function permitFor(
  { port, box, clock, limiter }: PermittedOptions,
  limit: Limit,
  { lease }: Delivery,
  signal: AbortSignal,
): Promise<Permit | undefined> {
  const waiting = new AbortController();
  const stop = () => waiting.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const keeper = keepLease(box, clock, lease, port.timeout + LEASE, () => waiting.abort());
  let permit: Permit | undefined;
  try {
    signal.throwIfAborted();
    permit = await limiter.acquire(port.name, limit, waiting.signal);
    if (await keeper.isHeld()) return permit;
    permit.release();
    return undefined;
  } catch (thrown) {
    permit?.release();
    if (keeper.lost) return undefined;
    if (!signal.aborted) throw thrown;
    await box.commit({ now: clock.now(), settle: [{ lease, as: 'release' }] });
    return undefined;
  } finally {
    keeper.end();
    signal.removeEventListener('abort', stop);
  }
}

interface Keeper {
  /** Another has it. */
  readonly lost: boolean;
  /** Asks the MessageBox where it has not done so for long. */
  isHeld(): Promise<boolean>;
  end(): void;
}

function keepLease(box: MessageBox, clock: Clock, lease: string, ms: number, onLost: () => void): Keeper {
  let renewed = clock.now();
  let lost = false;
  let ended = false;
  let cancel = next();

  function next(): () => void {
    // A failure leaves `renewed` as it was, so that isHeld() asks again before anything is sent.
    return clock.schedule(EVERY, () => void renew().then(again, again));
  }

  function again(): void {
    if (ended) return;
    if (lost) onLost();
    else cancel = next();
  }

  async function renew(): Promise<boolean> {
    const now = clock.now();
    const held = await box.extend([lease], now + ms);
    if (held.length > 0) renewed = now;
    else lost = true;
    return !lost;
  }

  return {
    get lost() {
      return lost;
    },
    isHeld: async () => !lost && (clock.now() - renewed < EVERY || renew()),
    end: () => {
      ended = true;
      cancel();
    },
  };
}

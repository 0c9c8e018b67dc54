/**
 * What is had for a time only, such as a token. Promises: however many ask at once, it is fetched once; it is fetched anew before
 * its time is over, while the old one still serves; what was refused is not given again.
 */
import type { Clock, Instant } from '../../../../runtime/contracts/clock.ts';
import { untilAborted } from '../../until-aborted.ts';

export interface Fetched<T> {
  readonly value: T;
  /** Milliseconds. */
  readonly goodFor: number;
}

export interface Renewed<T> {
  /** Rejects with why it cannot be had, or with the signal's reason. */
  get(signal: AbortSignal): Promise<T>;
  /** It was refused. One that was replaced meanwhile does no harm. */
  drop(value: T): void;
  close(): void;
}

interface Held<T> {
  readonly value: T;
  renewAt: Instant;
  readonly endsAt: Instant;
}

/** The last tenth of its time, but a minute at most, is there to renew it in. */
const MARGIN = 0.1;
const LONGEST_MARGIN = 60_000;
/** How long (ms) after a failure the old one serves before the next try. */
const PAUSE = 5000;

export function createRenewed<T>(clock: Clock, fetch: (signal: AbortSignal) => Promise<Fetched<T>>): Renewed<T> {
  const closing = new AbortController();
  let held: Held<T> | undefined;
  let fetching: Promise<T> | undefined;

  async function renew(): Promise<T> {
    try {
      const { value, goodFor } = await fetch(closing.signal);
      const endsAt = clock.now() + goodFor;
      held = { value, endsAt, renewAt: endsAt - Math.min(goodFor * MARGIN, LONGEST_MARGIN) };
      return value;
    } catch (thrown) {
      if (held) held.renewAt = clock.now() + PAUSE;
      throw thrown;
    } finally {
      fetching = undefined;
    }
  }

  async function get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const now = clock.now();
    if (held && now < held.renewAt) return held.value;
    fetching ??= renew();
    if (!held || now >= held.endsAt) return untilAborted(fetching, signal);
    fetching.catch(() => {}); // The old one still serves; whoever has none is told.
    return held.value;
  }

  return {
    get,
    drop: (value) => {
      if (held?.value === value) held = undefined;
    },
    close: () => closing.abort(new Error('The port is closing.')),
  };
}

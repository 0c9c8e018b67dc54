/**
 * Waits for the end of a call of an adapter, but no longer than it may take: one that hangs for ever holds up neither other
 * ports nor the end of the host. What becomes of it later is nobody's business any more.
 */
import type { Clock } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';

export interface InTimeOptions {
  readonly clock: Clock;
  readonly emit: (event: BusEvent) => void;
  /** Of the location or the send port. */
  readonly name: string;
  readonly call: 'run' | 'close';
  /** ms. */
  readonly within: number;
}

/** Resolves with whether it ended in time; rejects as `work` does. */
export async function inTime(work: Promise<unknown>, options: InTimeOptions): Promise<boolean> {
  const { clock, emit, name, call, within } = options;
  const late = Promise.withResolvers<false>();
  const cancel = clock.schedule(within, () => late.resolve(false));
  try {
    const ended = await Promise.race([work.then(() => true), late.promise]);
    if (!ended) emit({ name: 'adapter-abandoned', at: clock.now(), data: { name, call, within } });
    return ended;
  } finally {
    cancel();
    work.catch(() => {}); // Too late to matter; in time it was thrown above.
  }
}

/** How long (ms) a send port may take to close. */
export const CLOSE = 5_000;
/** How long (ms) a location may take to end once it was told to. */
export const STOP = 15_000;

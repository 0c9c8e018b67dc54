/**
 * Gathers what is given one by one into batches: each goes when it has enough, when its first has waited long enough, or at once after
 * `hurry`. Whoever gave something waits until its batch has been dealt with.
 */
import type { Clock } from '../contracts/clock.ts';

export interface GatherOptions<T> {
  readonly clock: Pick<Clock, 'schedule'>;
  readonly count: number;
  readonly bytes: number;
  /** ms */
  readonly wait: number;
  sizeOf(item: T): number;
  /** Deals with a batch: all of it, or it rejects. */
  flush(batch: readonly T[], signal: AbortSignal): Promise<void>;
  /** What was not begun when the host stopped. */
  putBack(batch: readonly T[]): Promise<void>;
}

export interface Gather<T> {
  add(item: T, signal: AbortSignal): Promise<void>;
  /** Nothing waits from now on. */
  hurry(): void;
}

interface Batch<T> {
  readonly items: T[];
  bytes: number;
  readonly done: PromiseWithResolvers<void>;
  readonly signal: AbortSignal;
  cancel(): void;
}

export function createGather<T>(options: GatherOptions<T>): Gather<T> {
  let open: Batch<T> | undefined;
  let hurried = false;

  function begin(signal: AbortSignal): Batch<T> {
    const batch: Batch<T> = { items: [], bytes: 0, done: Promise.withResolvers(), signal, cancel: () => {} };
    const stop = () => close(batch, options.putBack(batch.items));
    const expire = options.clock.schedule(hurried ? 0 : options.wait, () => go(batch));
    signal.addEventListener('abort', stop, { once: true });
    batch.cancel = () => {
      expire();
      signal.removeEventListener('abort', stop);
    };
    open = batch;
    return batch;
  }

  function go(batch: Batch<T>): void {
    close(batch, options.flush(batch.items, batch.signal));
  }

  function close(batch: Batch<T>, outcome: Promise<void>): void {
    batch.cancel();
    if (open === batch) open = undefined;
    outcome.then(batch.done.resolve, batch.done.reject);
  }

  function add(item: T, signal: AbortSignal): Promise<void> {
    const size = options.sizeOf(item);
    if (open && open.bytes + size > options.bytes) go(open);
    const batch = open ?? begin(signal);
    batch.items.push(item);
    batch.bytes += size;
    if (batch.items.length >= options.count) go(batch);
    return batch.done.promise;
  }

  return {
    add,
    hurry: () => {
      hurried = true;
      if (open) go(open);
    },
  };
}

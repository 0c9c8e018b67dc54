/**
 * A worker takes the deliveries of one subscriber and has them handled, at most `concurrent` at a time. Wake-ups only
 * make it faster: it polls as well. A delivery whose handling fails unexpectedly is offered again after a pause.
 */
import type { Clock } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Delivery, MessageBox } from '../contracts/message-box.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { pauseAfter } from './retry.ts';

export interface WorkerOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly subscriber: string;
  readonly concurrent: number;
  /** How long (ms) one handling may take before another worker may take the delivery over. */
  readonly lease: number;
  /** Commits the outcome itself. Rejecting means that nothing was committed. */
  readonly handle: (delivery: Delivery, signal: AbortSignal) => Promise<void>;
  readonly emit: (event: BusEvent) => void;
}

export interface Worker extends Service {
  wake(): void;
  /** Deliveries under way. */
  readonly busy: number;
}

const POLL = 1000;
const PAUSE = { first: 500, factor: 2, max: 60_000 };
/** A full house waits for this share of its places before it claims again, so that claims come in batches. */
const REFILL = 0.5;

export function createWorker(options: WorkerOptions): Worker {
  const { box, clock, subscriber, concurrent, emit } = options;
  const stopping = new AbortController();
  let running = false;
  let claiming = false;
  let hinted = false;
  /** The last claim left work behind: what is older goes before what is new. */
  let backlog = true;
  let busy = 0;
  /** Places kept for deliveries that are about to be handed over. */
  let reserved = 0;
  let failures = 0;
  let cancelPoll = () => {};
  let endHandOver = () => {};
  let idle: (() => void) | undefined;

  const settled = () => {
    if (!claiming && busy + reserved === 0) idle?.();
  };

  function wake(): void {
    hinted = true;
    void pump();
  }

  function reserve(): boolean {
    if (!running || claiming || backlog || busy + reserved >= concurrent) return false;
    reserved += 1;
    return true;
  }

  function take(delivery: Delivery): void {
    reserved -= 1;
    void handle(delivery);
  }

  function release(): void {
    reserved -= 1;
    settled();
  }

  async function pump(): Promise<void> {
    if (!running || claiming || busy + reserved > concurrent * REFILL) return;
    claiming = true;
    try {
      while (running && busy + reserved < concurrent) {
        hinted = false;
        const limit = concurrent - busy - reserved;
        const taken = await claim(limit);
        backlog = taken.length === limit;
        for (const delivery of taken) void handle(delivery);
        if (taken.length < limit && !hinted) break;
      }
      hinted ||= busy + reserved >= concurrent;
      failures = 0;
    } catch (thrown) {
      failures += 1;
      emit({ name: 'store-failed', at: clock.now(), data: describe(thrown, subscriber) });
    } finally {
      claiming = false;
      schedulePoll();
      settled();
    }
  }

  function claim(limit: number): Promise<readonly Delivery[]> {
    const now = clock.now();
    return box.claim({ subscriber, limit, now, leaseUntil: now + options.lease });
  }

  function schedulePoll(): void {
    cancelPoll();
    if (!running) return;
    const pause = failures > 0 ? pauseAfter(failures, PAUSE, () => 0.5) : POLL;
    cancelPoll = clock.schedule(pause, () => void pump());
  }

  async function handle(delivery: Delivery): Promise<void> {
    busy += 1;
    try {
      await options.handle(delivery, stopping.signal);
    } catch (thrown) {
      await giveBack(delivery, thrown);
    } finally {
      busy -= 1;
      if (hinted) void pump();
      settled();
    }
  }

  /** The delivery could not be settled: give its lease up where that is still possible, else the lease runs out. */
  async function giveBack(delivery: Delivery, thrown: unknown): Promise<void> {
    const now = clock.now();
    const error = asBusError(thrown, subscriber);
    if (error.code === 'LEASE_LOST' || error.code === 'INSTANCE_STALE') return;
    if (stopping.signal.aborted === false) {
      emit({ name: 'store-failed', at: now, data: describe(error, subscriber) });
    }
    const at = stopping.signal.aborted ? now : now + pauseAfter(delivery.attempt, PAUSE, () => 0.5);
    const { code, message: reason } = error;
    await box
      .commit({ now, settle: [{ lease: delivery.lease, as: 'retry', at, code, reason }] })
      .catch((again) => emit({ name: 'store-failed', at: clock.now(), data: describe(again, subscriber) }));
  }

  return {
    wake,
    get busy() {
      return busy;
    },
    start: async () => {
      running = true;
      endHandOver = box.handOver(subscriber, { lease: options.lease, reserve, take, release });
      void pump();
    },
    stop: async () => {
      running = false;
      endHandOver();
      cancelPoll();
      stopping.abort(new Error('The host is stopping.'));
      if (claiming || busy + reserved > 0) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
}

function describe(thrown: unknown, subscriber: string): Record<string, string> {
  const error = asBusError(thrown, subscriber);
  return { subscriber, code: error.code, reason: error.message };
}

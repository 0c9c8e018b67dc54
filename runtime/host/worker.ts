/**
 * A worker takes the deliveries of one subscriber and has them handled, at most `concurrent` at a time. Wake-ups only
 * make it faster: it polls as well. A delivery whose handling fails unexpectedly is offered again after a pause.
 */
import type { Clock } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Delivery, MessageBox, Taker } from '../contracts/message-box.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import type { Gate } from './gate.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import { createPrefetch } from './prefetch.ts';
import { pauseAfter } from './retry.ts';

export interface WorkerOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly subscriber: string;
  readonly concurrent: number;
  /** How long (ms) after this host's death another may take its deliveries over; while it lives they are kept. */
  readonly lease: number;
  /** Commits the outcome itself. Rejecting means that nothing was committed. */
  readonly handle: (delivery: Delivery, signal: AbortSignal) => Promise<void>;
  /** What follows from a delivery, where that can be told within the commit that makes it: see Taker. */
  readonly react?: Taker['react'];
  /** While it is closed nothing is claimed, and what was claimed but not begun is given back. */
  readonly gate?: Pick<Gate, 'opensAt' | 'most'> | undefined;
  readonly emit: (event: BusEvent) => void;
}

export interface Worker extends Service {
  wake(): void;
  /** Takes no more; resolves once what is under way has been settled. stop() after it cuts what takes too long. */
  drain(): Promise<void>;
  /** Deliveries under way. */
  readonly busy: number;
}

type Reacts = NonNullable<Taker['react']>;

const POLL = 1000;
/** Clocks are set: a closed gate is looked at again after so long (ms) at most. */
const LONGEST_CLOSED = 60_000;
/** How long (ms) a delivery may wait for a place before it is left to others. */
const PATIENCE = 20_000;
const PAUSE = { first: 500, factor: 2, max: 60_000 };
/** A full house waits for this share of its places before it claims again, so that claims come in batches. */
const REFILL = 0.5;
/** A claim asks for this share of the free places; the others are for what is handed over meanwhile. */
const CLAIMED = 0.5;

export function createWorker(options: WorkerOptions): Worker {
  const { box, clock, subscriber, concurrent, emit, gate } = options;
  const stopping = new AbortController();
  const ahead = createPrefetch(clock, PATIENCE);
  const leases = createLeaseKeeper({
    ...options,
    onFailure: (thrown) => emit({ name: 'store-failed', at: clock.now(), data: describe(thrown, subscriber) }),
  });
  let running = false;
  let claiming = false;
  let hinted = false;
  /** The last claim left work behind: what is older goes before what is new. */
  let backlog = true;
  let busy = 0;
  /** Places kept for deliveries that are about to be handed over. */
  let reserved = 0;
  /** As many as the claim under way asked for. */
  let asked = 0;
  let failures = 0;
  let cancelPoll = () => {};
  let endHandOver = () => {};
  let idle: PromiseWithResolvers<void> | undefined;

  /** Deliveries that are ours, whether under way or waiting. */
  const held = () => busy + ahead.size + reserved + asked;
  const capacity = () => concurrent + ahead.room;
  /** Milliseconds until the gate may be open. */
  const closedFor = () => (gate ? gate.opensAt(clock.now()) - clock.now() : 0);
  const most = () => Math.min(concurrent, gate?.most() ?? concurrent);
  const settled = () => {
    if (!claiming && held() === 0) idle?.resolve();
  };

  function wake(): void {
    hinted = true;
    void pump();
  }

  function reserve(): boolean {
    if (!running || backlog || held() >= capacity() || (gate && (closedFor() > 0 || held() >= most()))) return false;
    reserved += 1;
    return true;
  }

  function take(delivery: Delivery): void {
    reserved -= 1;
    hold(delivery);
    startNext();
  }

  function hold(delivery: Delivery): void {
    leases.add(delivery.lease);
    ahead.add(delivery);
  }

  function release(): void {
    reserved -= 1;
    settled();
  }

  /** Those that wait here go first. */
  function reacting(react: Reacts): Reacts {
    return (delivery, read) => (busy + ahead.size < most() ? react(delivery, read) : undefined);
  }

  function startNext(): void {
    if (ahead.size > 0 && (!running || closedFor() > 0)) void putBack(ahead.empty());
    while (busy < most()) {
      const next = ahead.next();
      if (!next) return;
      if (next.stale) void putBack([next.delivery]);
      else void handle(next.delivery);
    }
  }

  async function pump(): Promise<void> {
    if (!running || claiming || held() > capacity() * REFILL) return;
    if (closedFor() > 0) {
      schedulePoll();
      return;
    }
    claiming = true;
    try {
      while (running && held() < capacity() && closedFor() <= 0) {
        hinted = false;
        const limit = Math.ceil((capacity() - held()) * CLAIMED);
        const taken = await claim(limit);
        backlog = taken.length === limit;
        for (const delivery of taken) hold(delivery);
        startNext();
        if (taken.length < limit && !hinted) break;
      }
      hinted ||= held() >= capacity();
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

  async function claim(limit: number): Promise<readonly Delivery[]> {
    const now = clock.now();
    asked = limit;
    try {
      return await box.claim({ subscriber, limit, now, leaseUntil: now + options.lease });
    } finally {
      asked = 0;
    }
  }

  function schedulePoll(): void {
    cancelPoll();
    if (!running) return;
    const closed = Math.min(closedFor(), LONGEST_CLOSED);
    const pause = failures > 0 ? pauseAfter(failures, PAUSE, () => 0.5) : closed > 0 ? closed : POLL;
    cancelPoll = clock.schedule(pause, poll);
  }

  /** A house that is full now must be looked at again all the same: nothing else may come to wake it. */
  function poll(): void {
    if (held() <= capacity() * REFILL) {
      void pump();
      return;
    }
    hinted = true;
    schedulePoll();
  }

  async function handle(delivery: Delivery): Promise<void> {
    busy += 1;
    try {
      await options.handle(delivery, stopping.signal);
    } catch (thrown) {
      await giveBack(delivery, thrown);
    } finally {
      leases.remove(delivery.lease);
      busy -= 1;
      ahead.handled();
      startNext();
      if (hinted) void pump();
      settled();
    }
  }

  /** What was not begun: others may take it at once. */
  async function putBack(deliveries: readonly Delivery[]): Promise<void> {
    const settle = deliveries.map(({ lease }) => ({ lease, as: 'release' }) as const);
    busy += 1;
    try {
      await box.commit({ now: clock.now(), settle });
    } catch (thrown) {
      emit({ name: 'store-failed', at: clock.now(), data: describe(thrown, subscriber) });
    } finally {
      for (const { lease } of settle) leases.remove(lease);
      busy -= 1;
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

  async function drain(): Promise<void> {
    running = false;
    endHandOver();
    cancelPoll();
    startNext();
    if (!claiming && held() === 0) return;
    idle ??= Promise.withResolvers();
    await idle.promise;
  }

  return {
    wake,
    get busy() {
      return busy;
    },
    start: async () => {
      running = true;
      const { lease, react } = options;
      endHandOver = box.handOver(subscriber, {
        lease,
        reserve,
        take,
        release,
        ...(react ? { react: reacting(react) } : {}),
      });
      void pump();
    },
    drain,
    stop: async () => {
      const drained = drain();
      stopping.abort(new Error('The host is stopping.'));
      await drained;
    },
  };
}

function describe(thrown: unknown, subscriber: string): Record<string, string> {
  const error = asBusError(thrown, subscriber);
  return { subscriber, code: error.code, reason: error.message };
}

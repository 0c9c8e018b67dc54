/**
 * The time of a simulated world: stands still while anything is under way, and jumps to what is due next. What is due at
 * the same instant runs together, so that a second of polling costs one turn; `leap` runs what fell due late, as on a
 * machine that was busy, so that a minute of waiting costs little more.
 */
import type { Clock, Instant } from '../../runtime/contracts/clock.ts';

export interface WorldClock extends Clock {
  /** Milliseconds since it began, however the clock was set meanwhile. */
  uptime(): number;
  /** Sets the clock: what waits goes on waiting. */
  jump(ms: number): void;
  /** Moves time on to an uptime, each thing at its instant. */
  advanceTo(uptime: number): Promise<void>;
  /** Moves time on by `ms` at once, then runs what fell due, in order. */
  leap(ms: number): Promise<void>;
}

interface Task {
  /** By uptime. */
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Turns of the event loop without anything under way before time moves on: a socket that closes takes one. */
const QUIET_TURNS = 2;

/** `idle`: nothing is under way that does not wait for this clock. */
export function createWorldClock(start: Instant, idle: () => boolean): WorldClock {
  const heap: Task[] = [];
  let now = 0;
  let set = start;
  let order = 0;

  function schedule(ms: number, run: () => void): () => void {
    order += 1;
    const task: Task = { at: now + Math.max(0, ms), order, run };
    push(heap, task);
    return () => {
      task.run = undefined;
    };
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const cancel = schedule(ms, resolve);
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = idle() ? quiet + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Runs all tasks of the earliest instant up to `until`; false when there are none. */
  function runNext(until: number): boolean {
    while (heap.length > 0 && heap[0]!.run === undefined) pop(heap);
    const first = heap[0];
    if (!first || first.at > until) return false;
    now = Math.max(now, first.at);
    while (heap[0]?.at === first.at) pop(heap).run?.();
    return true;
  }

  async function runUntil(until: number): Promise<void> {
    await settle();
    while (runNext(until)) await settle();
  }

  return {
    now: () => set + now,
    uptime: () => now,
    jump: (ms) => {
      set += ms;
    },
    schedule,
    sleep,
    advanceTo: async (until) => {
      await runUntil(until);
      now = Math.max(now, until);
    },
    leap: async (ms) => {
      await settle();
      now += ms;
      await runUntil(now);
    },
  };
}

const before = (a: Task, b: Task) => a.at - b.at || a.order - b.order;

function push(heap: Task[], task: Task): void {
  let at = heap.length;
  heap.push(task);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (before(heap[parent]!, task) <= 0) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = task;
}

function pop(heap: Task[]): Task {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length > 0) sink(heap, last);
  return first;
}

function sink(heap: Task[], task: Task): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!) < 0) child += 1;
    if (before(heap[child]!, task) >= 0) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = task;
}

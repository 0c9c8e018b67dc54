/**
 * A clock that stands still until it is told to move: what is due then runs in order of time, and what follows from it
 * settles before time moves on. No real time passes, so a simulated month takes no longer than its work.
 */
import type { Clock, Instant } from '../contracts/clock.ts';

export interface SimulatedClock extends Clock {
  /** Moves time on by `ms`, running what becomes due on the way; rejects with what a task throws. */
  advance(ms: number): Promise<void>;
  /** When the next task is due. */
  next(): Instant | undefined;
}

interface Task {
  readonly at: Instant;
  readonly run: () => void;
}

/** Enough turns of the event loop for a chain of commits that each wait for one flush. */
const TURNS = 8;

export function createSimulatedClock(start: Instant): SimulatedClock {
  let now = start;
  /** By time, then by when they were scheduled. */
  const tasks: Task[] = [];

  function schedule(ms: number, run: () => void): () => void {
    const task: Task = { at: now + Math.max(0, ms), run };
    const behind = tasks.findIndex(({ at }) => at > task.at);
    tasks.splice(behind === -1 ? tasks.length : behind, 0, task);
    return () => {
      const index = tasks.indexOf(task);
      if (index !== -1) tasks.splice(index, 1);
    };
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const cancel = schedule(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  async function advance(ms: number): Promise<void> {
    const target = now + ms;
    await settle();
    for (let task = tasks[0]; task !== undefined && task.at <= target; task = tasks[0]) {
      tasks.shift();
      now = task.at;
      task.run();
      await settle();
    }
    now = target;
  }

  return { now: () => now, sleep, schedule, advance, next: () => tasks[0]?.at };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

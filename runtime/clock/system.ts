/** The clock of the machine. */
import type { Clock } from '../contracts/clock.ts';

/** The longest delay that one timer of the platform can wait; longer ones are waited for in stretches. */
const LONGEST = 2 ** 31 - 1;

export function createSystemClock(): Clock {
  return {
    now: Date.now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const cancel = after(ms, finish, true);
        const abort = () => {
          cancel();
          reject(signal?.reason);
        };
        function finish(): void {
          signal?.removeEventListener('abort', abort);
          resolve();
        }
        signal?.addEventListener('abort', abort, { once: true });
      }),
    schedule: (ms, task) => after(ms, task, false),
  };
}

function after(ms: number, task: () => void, keepsAlive: boolean): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const stretch = Math.min(left, LONGEST);
    timer = setTimeout(() => (left > stretch ? wait(left - stretch) : task()), stretch);
    if (!keepsAlive) timer.unref();
  };
  wait(ms);
  return () => clearTimeout(timer);
}

/**
 * Waits, from the call on, for the word to stop. One Ctrl-C comes several times, because the terminal tells every process of its group and npx and
 * the launcher pass it on: what comes within a second is the same word. A later one ends the process as it stands.
 */
import type { Clock } from '../contracts/clock.ts';

const SAME_WORD = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export function stopSignal(clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const told = () => {
    resolve();
    clock.schedule(SAME_WORD, () => {
      for (const signal of SIGNALS) process.off(signal, told);
    });
  };
  for (const signal of SIGNALS) process.on(signal, told);
  return promise;
}

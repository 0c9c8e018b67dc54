/** A hard deadline around a call that may ignore its signal: the caller goes on, whatever the callee does. */
import type { Clock } from '../contracts/clock.ts';

/**
 * Settles like `call`, or rejects with `late()` after `ms` milliseconds, or with the outer signal's reason. The signal
 * given to `call` aborts in all these cases.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  late: () => Error,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const end = (error: unknown) => {
      controller.abort(error);
      reject(error);
    };
    const cancel = clock.schedule(ms, () => end(late()));
    const onAbort = () => end(outer.reason);
    outer.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      cancel();
      outer.removeEventListener('abort', onAbort);
    };
    call(controller.signal).then(resolve, reject).finally(settle);
  });
}

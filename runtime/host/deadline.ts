/** A hard deadline around a call that may ignore its signal: the caller goes on, whatever the callee does. */
import type { Clock } from '../contracts/clock.ts';

/**
 * Settles like `call`, or rejects with `late()` after `ms` milliseconds, or with the outer signal's reason. The signal
 * given to `call` aborts in the last two cases.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  late: () => Error,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    outer.throwIfAborted();
    const controller = new AbortController();
    const end = (error: unknown) => {
      settle();
      controller.abort(error);
      reject(error);
    };
    const cancel = clock.schedule(ms, () => end(late()));
    const onAbort = () => end(outer.reason);
    const settle = () => {
      cancel();
      outer.removeEventListener('abort', onAbort);
    };
    outer.addEventListener('abort', onAbort);
    started(() => call(controller.signal)).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}

/** What throws at once rejects. */
function started<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (thrown) {
    return Promise.reject(thrown);
  }
}

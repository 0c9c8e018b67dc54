/** Waits for what another process or a socket will do; for tests of real transports only. */
import { createSystemClock } from '../clock/system.ts';

const PATIENCE = 15_000;
const PAUSE = 10;

/** Resolves once `holds` gives true; rejects with `what` when that does not come about within `patience` (ms), 15 seconds unless told. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patience = PATIENCE,
): Promise<void> {
  const clock = createSystemClock();
  const deadline = clock.now() + patience;
  while (!(await holds())) {
    if (clock.now() > deadline) throw new Error(`It never came about that ${what}.`);
    await clock.sleep(PAUSE);
  }
}

/** Rejects with `what` when `work` takes longer than `ms`. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancel = createSystemClock().schedule(ms, () => reject(new Error(`${what} took longer than ${ms} ms.`)));
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

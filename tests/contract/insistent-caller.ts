/** A caller who calls until a 2xx or a final refusal, again and again after a failure: for transports whose source is a caller. */
import { createSystemClock } from '../../runtime/clock/system.ts';

export interface InsistentCaller {
  /** Begins to call; resolves at once. */
  arrive(bytes: Uint8Array): Promise<void>;
  /** How many calls have no answer yet. */
  left(): Promise<number>;
  dispose(): Promise<void>;
}

const AGAIN = 10;
/** Nobody is there, or nothing was kept. */
const passing = (status: number) => status === 404 || status === 503;

export function insistentCaller(call: (bytes: Uint8Array<ArrayBuffer>) => Promise<Response>): InsistentCaller {
  const clock = createSystemClock();
  let disposed = false;
  const calling = new Set<Promise<void>>();

  async function insist(bytes: Uint8Array): Promise<void> {
    while (!disposed) {
      const answer = await call(new Uint8Array(bytes)).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => {});
      if (answer && !passing(answer.status)) return;
      await clock.sleep(AGAIN);
    }
  }

  return {
    arrive: async (bytes) => {
      const work = insist(bytes).finally(() => calling.delete(work));
      calling.add(work);
    },
    left: async () => calling.size,
    dispose: async () => {
      disposed = true;
      await Promise.all(calling);
    },
  };
}

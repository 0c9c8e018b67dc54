/**
 * Runs a receive location as a host does: again after a short pause whenever it rejects. `submit` is in the hands of the
 * case; everything handed over is recorded.
 */
import { createSystemClock } from '../clock/system.ts';
import type { AdapterContext, Incoming, ReceiveLocation, Submission, Submit } from '../contracts/adapter.ts';
import { bytesOf, type Message } from '../contracts/message.ts';
import { busError } from '../errors/bus-error.ts';

export interface SupervisedLocation {
  /** The text of every body that was handed over, also of those refused. */
  readonly seen: readonly string[];
  readonly incoming: readonly Incoming[];
  /** What run() rejected with. */
  readonly failures: readonly unknown[];
  /** From now on, what becomes of a batch. The first is `accept`. */
  answer(verdict: Verdict): void;
  start(): void;
  /** Aborts, and resolves once run() has resolved. */
  stop(): Promise<void>;
}

export type Verdict = (incoming: Incoming, signal: AbortSignal) => Promise<Submission['outcome']>;

export const accept: Verdict = async () => 'accepted';

export const refuse: Verdict = async () => {
  throw busError('STORE_FULL', { reason: 'this case says so' });
};

/** Neither resolves nor rejects until the location is stopped. */
export const block: Verdict = (_incoming, signal) => {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
};

const PAUSE = 20;

export function superviseLocation(location: ReceiveLocation, context: AdapterContext): SupervisedLocation {
  const clock = createSystemClock();
  const seen: string[] = [];
  const incoming: Incoming[] = [];
  const failures: unknown[] = [];
  let verdict = accept;
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const take = async (one: Incoming, signal: AbortSignal): Promise<Submission> => {
    seen.push(Buffer.from(await bytesOf(one.parts[0])).toString());
    incoming.push(one);
    const outcome = await verdict(one, signal);
    const messageId = `message-${incoming.length}`;
    return { messageId, outcome, ...(context.twoWay ? { response: Promise.resolve(answerTo(one, messageId)) } : {}) };
  };
  const submit: Submit = (batch, signal) => Promise.all(batch.map((one) => take(one, signal)));

  async function loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await location.run(submit, signal);
      } catch (thrown) {
        failures.push(thrown);
        await clock.sleep(PAUSE);
      }
    }
  }

  return {
    seen,
    incoming,
    failures,
    answer: (next) => {
      verdict = next;
    },
    start: () => {
      stopping = new AbortController();
      running = loop(stopping.signal);
    },
    stop: async () => {
      stopping.abort(new Error('The location is stopped.'));
      await running;
    },
  };
}

/** A two-way port's answer: the request's own body. */
function answerTo({ parts, context }: Incoming, id: string): Message {
  return { id, interchange: id, type: undefined, parts, context };
}

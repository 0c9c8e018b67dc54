/** A host's way to time and to the MessageBox, which a test can freeze as SIGSTOP would, and let go again. */
import type { Clock } from '../../../runtime/contracts/clock.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';

export interface Freezer {
  readonly clock: Clock;
  readonly box: MessageBox;
  /** From now on no timer fires, nothing that was asked of the box is sent, and no answer of it is read. */
  freeze(): void;
  /** All of that goes on, in its order. */
  thaw(): void;
  /** From now on the box cannot be reached, until it is called with true. */
  reach(reachable: boolean): void;
  /** From now on it does not hear what is deployed, until it is called with true. */
  hear(deployments: boolean): void;
}

export function createFreezer(clock: Clock, box: MessageBox): Freezer {
  let waiting: (() => void)[] | undefined;
  let reachable = true;
  let hearing = true;

  const gate = () => new Promise<void>((resolve) => (waiting ? waiting.push(resolve) : resolve()));

  function guarded<A extends unknown[], R>(call: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
    return async (...given) => {
      await gate();
      if (!reachable) throw busError('STORE_FAILED', { reason: 'no way there' });
      const answer = call(...given);
      await answer.catch(() => {}); // Told below, once it may be.
      await gate();
      return answer;
    };
  }

  const asLater = (task: () => void) => () => void gate().then(task);
  return {
    clock: {
      now: clock.now,
      schedule: (ms, task) => clock.schedule(ms, () => (waiting ? asLater(task)() : task())),
      sleep: (ms, signal) => clock.sleep(ms, signal).finally(gate),
    },
    box: {
      ...box,
      inspection: box.inspection,
      commit: guarded(box.commit),
      claim: guarded(box.claim),
      own: guarded(box.own),
      disown: guarded(box.disown),
      owners: guarded(box.owners),
      deployed: guarded(async () => (hearing ? box.deployed() : undefined)),
      definition: guarded(box.definition),
      handOver: () => () => {},
      onWakeup: (listener) => box.onWakeup((word) => (waiting ? asLater(() => listener(word))() : listener(word))),
    },
    freeze: () => {
      waiting ??= [];
    },
    reach: (can) => {
      reachable = can;
    },
    hear: (deployments) => {
      hearing = deployments;
    },
    thaw: () => {
      const all = waiting ?? [];
      waiting = undefined;
      for (const go of all) go();
    },
  };
}

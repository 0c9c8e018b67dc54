/** The callers who wait at this host, wherever their answers are made: a subscription, and a worker that brings them. */
import { type Owned, ownedName } from '../contracts/ownership.ts';
import { subscriberOf } from '../contracts/properties.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import type { HostOptions } from './host-options.ts';
import type { Ownership } from './ownership.ts';
import { createResponses, type Responses } from './responses.ts';
import { responsesTo } from './subscriptions.ts';
import { createWorker } from './worker.ts';

export interface Callers extends Service {
  readonly responses: Responses;
  wake(subscriber: string): void;
  drain(): Promise<void>;
}

const LEASE = 60_000;
const CONCURRENT = 64;
/** The subscription is tried again after so long (ms). */
const AGAIN = 1000;

/** start() is called once the name was taken; should another take it later, answers come here again when it is back. */
export function createCallers(options: HostOptions, ownership: Ownership): Callers {
  const { name, box, clock, emit } = options;
  const subscriber = subscriberOf.responses(name);
  const responses = createResponses(box, clock);
  const worker = createWorker({
    ...options,
    subscriber,
    handle: responses.handle,
    react: responses.react,
    concurrent: CONCURRENT,
    lease: LEASE,
  });

  let subscribed: Promise<unknown> = Promise.resolve();

  function subscribe(owned: Owned): void {
    subscribed = box.commit({ now: clock.now(), owned: [owned], subscribe: [responsesTo(name)] });
    subscribed.catch((thrown) => {
      const { code, message: reason } = asBusError(thrown, subscriber);
      emit({ name: 'store-failed', at: clock.now(), data: { subscriber, code, reason } });
      clock.schedule(AGAIN, () => {
        if (ownership.owned(owned.name)?.fence === owned.fence) subscribe(owned);
      });
    });
  }

  return {
    responses,
    wake: (woken) => {
      if (woken === subscriber) worker.wake();
    },
    async start() {
      ownership.assign(ownedName.host(name), { begin: subscribe, end: async () => {} });
      await ownership.beat();
      if (!ownership.owned(ownedName.host(name))) throw busError('HOST_NAME_TAKEN', { name });
      await subscribed;
      await worker.start();
    },
    drain: worker.drain,
    stop: worker.stop,
  };
}

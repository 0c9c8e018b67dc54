/** Follows what is deployed: whenever another definition is current than the one that runs here, it is taken over. */
import type { Clock, Instant } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Definition, MessageBox } from '../contracts/message-box.ts';
import { WAKEUP } from '../contracts/ownership.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';

export interface FollowerOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  /** The hash of the definition that runs here. */
  readonly running: () => string;
  /** Runs the definition instead; rejects when this host cannot. */
  readonly change: (definition: Definition) => Promise<void>;
  readonly emit: (event: BusEvent) => void;
}

/** How often (ms) it looks; a wake-up makes it faster. */
const LOOK = 2000;
/** One that was refused is tried again after so long (ms): a missing secret may have been set. */
const AGAIN = 30_000;

export function createFollower({ box, clock, running, change, emit }: FollowerOptions): Service {
  let looking = Promise.resolve();
  let active = false;
  let refused: { readonly hash: string; readonly until: Instant } | undefined;
  let cancelLook = () => {};
  let endWakeups = () => {};

  function look(): void {
    cancelLook();
    looking = looking.then(follow).catch(failed).finally(schedule);
  }

  function schedule(): void {
    cancelLook();
    if (active) cancelLook = clock.schedule(LOOK, look);
  }

  async function follow(): Promise<void> {
    if (!active) return;
    const hash = await box.deployed();
    if (hash === undefined || hash === running()) return;
    if (refused?.hash === hash && clock.now() < refused.until) return;
    try {
      const definition = await box.definition(hash);
      if (!definition) throw busError('NOT_FOUND', { what: 'definition', id: hash });
      await change(definition);
      emit({ name: 'definition-followed', at: clock.now(), data: { hash } });
    } catch (thrown) {
      const { code, message: reason } = asBusError(thrown, 'deployment');
      refused = { hash, until: clock.now() + AGAIN };
      emit({ name: 'definition-refused', at: clock.now(), data: { hash, code, reason } });
    }
  }

  function failed(thrown: unknown): void {
    const { code, message: reason } = asBusError(thrown, 'deployment');
    emit({ name: 'store-failed', at: clock.now(), data: { subscriber: 'deployment', code, reason } });
  }

  return {
    async start() {
      active = true;
      endWakeups = box.onWakeup((word) => {
        if (word === WAKEUP.deployment && active) look();
      });
      schedule();
    },
    async stop() {
      active = false;
      endWakeups();
      cancelLook();
      await looking;
      cancelLook();
    },
  };
}

/**
 * One run of a host's process. It may end without ceremony: from then on none of its promises settles, none of its timers
 * fires, and nothing that it asks for is done. It may be frozen, as by a long pause of its machine: then all that would
 * have reached it reaches it later, in order, while the world has gone on.
 */
import type { Clock } from '../../runtime/contracts/clock.ts';

export interface Life {
  /** `host-1.2`: the second life of host-1. */
  readonly label: string;
  readonly alive: boolean;
  readonly frozen: boolean;
  /** Resolves at its end, by a crash or in good order. */
  readonly died: Promise<void>;
  /** As by kill -9. */
  crash(why: string): void;
  /** In good order. */
  end(): void;
  freeze(ms: number): void;
  /** Lets something reach the process: now, once it goes on, or never. */
  reach(what: () => void): void;
}

export const never = new Promise<never>(() => {});

export function createLife(label: string, clock: Clock, onCrash: (why: string) => void): Life {
  const died = Promise.withResolvers<void>();
  let alive = true;
  let frozen = 0;
  let held: (() => void)[] = [];

  function end(): void {
    alive = false;
    died.resolve();
  }

  function goOn(): void {
    frozen -= 1;
    if (frozen > 0) return;
    const late = held;
    held = [];
    for (const what of late) reach(what);
  }

  function reach(what: () => void): void {
    if (!alive) return;
    if (frozen > 0) held.push(what);
    else what();
  }

  return {
    label,
    get alive() {
      return alive;
    },
    get frozen() {
      return frozen > 0;
    },
    died: died.promise,
    crash: (why) => {
      if (!alive) return;
      end();
      onCrash(why);
    },
    end,
    freeze: (ms) => {
      frozen += 1;
      clock.schedule(ms, goOn);
    },
    reach,
  };
}

/** Settles as `promise` does, unless the life has ended by then. */
export function withinLife<T>(life: Life, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(
      (value) => life.reach(() => resolve(value)),
      (thrown) => life.reach(() => reject(thrown)),
    );
  });
}

export function clockOf(life: Life, clock: Clock): Clock {
  return {
    now: clock.now,
    sleep: (ms, signal) => (life.alive ? withinLife(life, clock.sleep(ms, signal)) : never),
    schedule: (ms, task) => {
      if (!life.alive) return () => {};
      let wanted = true;
      const run = () => {
        if (wanted) task();
      };
      const cancel = clock.schedule(ms, () => life.reach(run));
      return () => {
        wanted = false;
        cancel();
      };
    },
  };
}

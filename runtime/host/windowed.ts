/** A receive location that runs within its window only: started when it opens, stopped when it closes. */
import type { Calendar } from '../contracts/calendar.ts';
import type { Clock } from '../contracts/clock.ts';
import { openFrom } from '../expressions/dates/service-hours.ts';

interface Running {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Clocks are set: it is looked at again after so long (ms) at most. */
const LONGEST = 30_000;

export interface Windowed extends Running {
  readonly isOutside: boolean;
}

export function windowed(running: Running, window: Calendar, clock: Clock): Windowed {
  let wanted = false;
  let isRunning = false;
  let cancel = () => {};
  /** One change after the other. */
  let last: Promise<void> = Promise.resolve();

  const opensIn = () => Math.max(0, Math.ceil(openFrom(window, clock.now() / 1000) * 1000) - clock.now());

  async function settle(): Promise<void> {
    const shall = wanted && opensIn() === 0;
    if (shall === isRunning) return;
    isRunning = shall;
    await (shall ? running.start() : running.stop());
  }

  function look(): Promise<void> {
    cancel();
    last = last.then(settle);
    if (wanted) cancel = clock.schedule(Math.min(LONGEST, opensIn() || LONGEST), () => void look());
    return last;
  }

  return {
    start: () => {
      wanted = true;
      return look();
    },
    stop: () => {
      wanted = false;
      return look();
    },
    get isOutside() {
      return wanted && !isRunning;
    },
  };
}

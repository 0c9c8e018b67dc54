/** A receive location that has nobody to refuse: it is stopped while its port is throttled, and started again. */
import type { Throttle } from './throttle.ts';

interface Running {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function throttled(running: Running, port: string, throttle: Throttle): Running {
  let wanted = false;
  let isRunning = false;
  /** One change after the other. */
  let last: Promise<void> = Promise.resolve();

  async function settle(): Promise<void> {
    const shall = wanted && !throttle.isOn(port);
    if (shall === isRunning) return;
    isRunning = shall;
    await (shall ? running.start() : running.stop());
  }

  function look(): Promise<void> {
    last = last.then(settle);
    return last;
  }

  throttle.onChange(() => void look());
  return {
    start: () => {
      wanted = true;
      return look();
    },
    stop: () => {
      wanted = false;
      return look();
    },
  };
}

/** Runs a receive location: the adapter's loop, started again after a pause whenever it fails. */
import type { AdapterContext, ReceiveLocation, Submit } from '../contracts/adapter.ts';
import type { Clock, Random } from '../contracts/clock.ts';
import type { BusError } from '../contracts/errors.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { inTime, STOP } from './in-time.ts';
import { pauseAfter } from './retry.ts';

export interface LocationOptions {
  /** `<port>/<location>`. */
  readonly name: string;
  readonly open: (context: AdapterContext) => ReceiveLocation;
  readonly context: AdapterContext;
  readonly submit: Submit;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: (event: BusEvent) => void;
}

export interface LocationState {
  readonly state: 'running' | 'failed' | 'stopped';
  readonly error?: BusError;
  /** Failures in a row. */
  readonly failures: number;
}

export interface Location extends Service {
  readonly status: LocationState;
}

const PAUSE = { first: 500, factor: 2, max: 30_000 };
/** A run that lasted this long (ms) counts as recovered: the next pause is short again. */
const STEADY = 10_000;

export function createLocation(options: LocationOptions): Location {
  const { name, clock, emit } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  /** It did not end when it was told to: nothing is taken from it any more. */
  let isAbandoned = false;
  let status: LocationState = { state: 'stopped', failures: 0 };

  async function loop(): Promise<void> {
    emit({ name: 'location-started', at: clock.now(), data: { location: name } });
    while (!stopping.signal.aborted) {
      const began = clock.now();
      const cancelSteady = clock.schedule(STEADY, recovered);
      if (status.failures === 0) status = { state: 'running', failures: 0 };
      try {
        await options.open(options.context).run(submit, stopping.signal);
        throw new Error('it ended by itself');
      } catch (thrown) {
        cancelSteady();
        if (!stopping.signal.aborted) await pause(began, asBusError(thrown, name));
      }
    }
    status = { state: 'stopped', failures: 0 };
  }

  /** What gets as far as the MessageBox shows that the location works. */
  const submit: Submit = async (batch, signal, watermark) => {
    if (isAbandoned) throw busError('HOST_STOPPING');
    const submissions = await options.submit(batch, signal, watermark);
    recovered();
    return submissions;
  };

  function recovered(): void {
    if (status.failures === 0) return;
    emit({ name: 'location-recovered', at: clock.now(), data: { location: name, failures: status.failures } });
    status = { state: 'running', failures: 0 };
  }

  async function pause(began: number, error: BusError): Promise<void> {
    const failures = clock.now() - began > STEADY ? 1 : status.failures + 1;
    status = { state: 'failed', error, failures };
    const data = { location: name, code: error.code, reason: error.message, failures };
    emit({ name: 'location-failed', at: clock.now(), data });
    await clock.sleep(pauseAfter(failures, PAUSE, options.random), stopping.signal).catch(() => {});
  }

  return {
    get status() {
      return status;
    },
    start: async () => {
      running ??= loop();
    },
    stop: async () => {
      stopping.abort(new Error('The host is stopping.'));
      if (!running) return;
      isAbandoned = !(await inTime(running, { ...options, call: 'run', within: STOP }));
      if (isAbandoned) status = { state: 'stopped', failures: 0 };
    },
  };
}

/**
 * A receive location at work on this host. One that may run on one host only runs while this host owns it, and what it submits
 * is committed under its fence.
 */
import type { Submit } from '../contracts/adapter.ts';
import type { Instant } from '../contracts/clock.ts';
import type { BoundLocation, BoundReceivePort, Deployment } from '../contracts/deployment.ts';
import type { Owned } from '../contracts/ownership.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { contextFor } from './adapter-context.ts';
import type { HostOptions } from './host-options.ts';
import type { ListeningHttp } from './http-listener.ts';
import type { MountLayer } from './http-mounts.ts';
import { createIntake, type Intake } from './intake.ts';
import type { Duty, Ownership } from './ownership.ts';
import { type PartStatus, toldError, toldLast } from './part-status.ts';
import { createLocation, type Location } from './receive.ts';
import type { Responses } from './responses.ts';
import { standingBy } from './stand-by.ts';
import type { Throttle } from './throttle.ts';
import { throttled } from './throttled.ts';
import { watchArrivals } from './watch-arrivals.ts';
import { windowed } from './windowed.ts';

export interface Surroundings {
  readonly options: HostOptions;
  readonly deployment: Deployment;
  readonly listener: ListeningHttp;
  readonly layer: MountLayer;
  readonly responses: Responses;
  readonly ownership: Ownership;
  readonly throttle: Throttle | undefined;
}

export interface OpenLocation {
  /** `<port>/<location>`. */
  readonly name: string;
  /** Under which what it had suspended is claimed once it is resumed. */
  readonly subscriber: string;
  readonly intake: Intake;
  start(): Promise<void>;
  /** Resolves when no request that it took over HTTP is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
  status(): PartStatus;
  /** What comes in waits for `before` from now on, ahead of its commit. */
  holdWith(before: () => Promise<void>): void;
}

/** While the bus is behind, callers are told to come again after so long (ms). */
const AGAIN = 5000;

/** In the order in which they are to be started: those that stand by come after all others. */
export function openLocations(around: Surroundings, port: BoundReceivePort): OpenLocation[] {
  const primaries = port.locations.filter(({ standby }) => !standby);
  const open = primaries.map((location) => openLocation(around, port, location));
  const reserves = port.locations.filter(({ standby }) => standby);
  const primaryOf = ({ standby }: BoundLocation) => open[primaries.findIndex(({ name }) => name === standby?.primary)];
  return [...open, ...reserves.map((location) => openLocation(around, port, location, primaryOf(location)))];
}

/** `primary`: what it stands by for. */
function openLocation(
  around: Surroundings,
  port: BoundReceivePort,
  location: BoundLocation,
  primary?: OpenLocation,
): OpenLocation {
  const { options, deployment, responses } = around;
  const name = `${port.name}/${location.name}`;
  const subscriber = subscriberOf.receiveLocation(port.name, location.name);
  const share = around.layer.share();
  const http = {
    mount: share.mount,
    get address() {
      return around.listener.address;
    },
  };
  let last: Instant | undefined;
  const context = {
    ...contextFor(options, deployment, http, name, port.response !== undefined),
    watermark: async () => {
      const known = await options.box.inspection.watermarks();
      return known.find((entry) => entry.name === subscriber)?.value;
    },
  };
  const { organisation } = deployment;
  const watch =
    location.expect && watchArrivals({ ...options, port: port.name, location, organisation, expect: location.expect });
  const intake = createIntake({
    ...options,
    onArrival: () => {
      last = options.clock.now();
      watch?.noticed();
    },
    deployment,
    host: options.name,
    port,
    location,
    responses,
  });
  const open = () => location.adapter.receive!(location.config, context);
  const isThrottled = () => around.throttle?.isOn(port.name) === true;
  let before: (() => Promise<void>) | undefined;
  const held =
    (submit: Submit): Submit =>
    async (batch, signal, watermark) => {
      if (isThrottled() && hasCallers(location)) throw busError('BUS_BUSY', {}, { retryAfter: AGAIN });
      await before?.();
      return submit(batch, signal, watermark);
    };
  const create = (submit: Submit) => createLocation({ ...options, name, open, context, submit: held(submit) });
  const running = isExclusive(location)
    ? runExclusively(subscriber, around.ownership, create, intake)
    : runAlways(() => create(intake.submit));
  const steady = around.throttle && !hasCallers(location) ? throttled(running, port.name, around.throttle) : running;
  const timed = location.window && windowed(steady, location.window, options.clock);
  const status = (): PartStatus => {
    const { state: found, failures, error } = running.status();
    const state = standby?.isWaiting
      ? 'standing-by'
      : timed?.isOutside
        ? 'outside-window'
        : isThrottled()
          ? 'throttled'
          : found;
    const overdue = watch?.overdue === undefined ? {} : { overdue: new Date(watch.overdue).toISOString() };
    return {
      name,
      transport: location.adapter.name,
      state,
      failures,
      ...toldLast(last),
      ...overdue,
      ...toldError(error),
    };
  };
  const within = timed ?? steady;
  const standby =
    primary && location.standby && standingBy(within, { ...options, name, primary, policy: location.standby });
  const receiving = standby ?? within;
  const start = async () => {
    await receiving.start();
    watch?.start();
  };
  const stop = async () => {
    await Promise.all([receiving.stop(), watch?.stop()]);
  };
  const holdWith = (wait: () => Promise<void>) => {
    before = wait;
  };
  return { name, subscriber, intake, start, stop, idle: share.idle, status, holdWith };
}

const isExclusive = ({ adapter, config }: BoundLocation): boolean =>
  adapter.exclusive === true || adapter.exclusiveWith?.(config) === true;

const hasCallers = (location: BoundLocation): boolean => location.adapter.callers === true && !isExclusive(location);

interface Running {
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): Location['status'] | Standby;
}

interface Standby {
  readonly state: 'standby' | 'stopped';
  readonly failures: 0;
  readonly error?: undefined;
}

/** A location runs once: one that is started again is another. */
function runAlways(create: () => Location): Running {
  let location: Location | undefined;
  return {
    start: async () => {
      location ??= create();
      await location.start();
    },
    stop: async () => {
      const ending = location;
      location = undefined;
      await ending?.stop();
    },
    status: () => location?.status ?? { state: 'stopped', failures: 0 },
  };
}

function runExclusively(
  name: string,
  ownership: Ownership,
  create: (submit: Submit) => Location,
  intake: Intake,
): Running {
  let location: Location | undefined;
  let state: Standby['state'] = 'stopped';

  function fenced(owned: Owned): Submit {
    const submit = intake.submitAs(owned);
    return async (batch, signal, watermark) => {
      try {
        return await submit(batch, signal, watermark);
      } catch (thrown) {
        if (isBusError(thrown) && thrown.code === 'OWNERSHIP_LOST') ownership.refused(owned);
        throw thrown;
      }
    };
  }

  const duty: Duty = {
    begin: (owned) => {
      location = create(fenced(owned));
      void location.start();
    },
    end: async () => {
      await location?.stop();
      location = undefined;
    },
  };
  return {
    start: async () => {
      state = 'standby';
      ownership.assign(name, duty);
    },
    stop: async () => {
      await ownership.withdraw(name, duty);
      state = 'stopped';
    },
    status: () => location?.status ?? { state, failures: 0 },
  };
}

/**
 * A receive location at work on this host. One that may run on one host only runs while this host owns it, and what it submits
 * is committed under its fence.
 */
import type { Submit } from '../contracts/adapter.ts';
import type { BoundLocation, BoundReceivePort, Deployment } from '../contracts/deployment.ts';
import type { Owned } from '../contracts/ownership.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { contextFor } from './adapter-context.ts';
import type { HostOptions } from './host-options.ts';
import type { ListeningHttp } from './http-listener.ts';
import type { MountLayer } from './http-mounts.ts';
import { createIntake, type Intake } from './intake.ts';
import type { Duty, Ownership } from './ownership.ts';
import { type PartStatus, toldError } from './part-status.ts';
import { createLocation, type Location } from './receive.ts';
import type { Responses } from './responses.ts';
import { watchArrivals } from './watch-arrivals.ts';
import { windowed } from './windowed.ts';

export interface Surroundings {
  readonly options: HostOptions;
  readonly deployment: Deployment;
  readonly listener: ListeningHttp;
  readonly layer: MountLayer;
  readonly responses: Responses;
  readonly ownership: Ownership;
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
}

export function openLocation(around: Surroundings, port: BoundReceivePort, location: BoundLocation): OpenLocation {
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
  const context = contextFor(options, deployment, http, name, port.response !== undefined);
  const { organisation } = deployment;
  const watch =
    location.expect && watchArrivals({ ...options, port: port.name, location, organisation, expect: location.expect });
  const intake = createIntake({
    ...options,
    onArrival: watch?.noticed,
    deployment,
    host: options.name,
    port,
    location,
    responses,
  });
  const open = () => location.adapter.receive!(location.config, context);
  const create = (submit: Submit) => createLocation({ ...options, name, open, context, submit });
  const running = location.adapter.exclusive
    ? runExclusively(subscriber, around.ownership, create, intake)
    : runAlways(create(intake.submit));
  const timed = location.window && windowed(running, location.window, options.clock);
  const status = (): PartStatus => {
    const { state: found, failures, error } = running.status();
    const state = timed?.isOutside ? 'outside-window' : found;
    const overdue = watch?.overdue === undefined ? {} : { overdue: new Date(watch.overdue).toISOString() };
    return { name, transport: location.adapter.name, state, failures, ...overdue, ...toldError(error) };
  };
  const receiving = timed ?? running;
  const start = async () => {
    await receiving.start();
    watch?.start();
  };
  const stop = async () => {
    await Promise.all([receiving.stop(), watch?.stop()]);
  };
  return { name, subscriber, intake, start, stop, idle: share.idle, status };
}

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

function runAlways(location: Location): Running {
  return { start: location.start, stop: location.stop, status: () => location.status };
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
    return async (batch, signal) => {
      try {
        return await submit(batch, signal);
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

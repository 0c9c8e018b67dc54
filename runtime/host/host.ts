/**
 * One running process of the bus: deploys a solution into the MessageBox and runs its locations, send ports and
 * orchestrations. Starts from the inside out (workers before locations) and stops from the outside in.
 */
import type { AdapterContext, Incoming, SendPort, Submission, Submit } from '../contracts/adapter.ts';
import type { Clock, NewId, Random } from '../contracts/clock.ts';
import type { BoundLocation, BoundReceivePort, BoundSendPort, Deployment } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { subscriberOf } from '../contracts/properties.ts';
import type { Service } from '../contracts/service.ts';
import { busError } from '../errors/bus-error.ts';
import type { ListenAddress } from '../solution/bus-config.ts';
import { createDefinitions, type Recompile } from './definitions.ts';
import { createHttpListener, type ListeningHttp } from './http-listener.ts';
import { createIntake, type Intake } from './intake.ts';
import { createOrchestrationRunner } from './orchestrate.ts';
import { createLocation } from './receive.ts';
import { createResponses, type Responses } from './responses.ts';
import { createSendRunner, type SendRunner } from './send.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { createWorker, type Worker } from './worker.ts';

export interface HostOptions {
  /** Unique among the hosts that share a MessageBox. */
  readonly name: string;
  readonly deployment: Deployment;
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  /** Where the listener shared by all HTTP locations listens; port 0 takes a free one. */
  readonly http: ListenAddress;
  readonly emit: (event: BusEvent) => void;
  readonly recompile: Recompile;
}

export interface Host extends Service {
  /** `http://127.0.0.1:8080`, once started. */
  readonly address: string;
  readonly status: HostStatus;
  /** Hands a batch to a location (`<port>/<location>`, or `<port>` for its first) as though it had come in there. */
  submit(location: string, batch: readonly Incoming[]): Promise<readonly Submission[]>;
}

export interface HostStatus {
  readonly locations: readonly PartStatus[];
  readonly sendPorts: readonly PartStatus[];
}

export interface PartStatus {
  readonly name: string;
  readonly transport: string;
  readonly state: 'running' | 'failing' | 'failed' | 'stopped';
  /** Failures in a row, and the last of them. */
  readonly failures: number;
  readonly error?: { readonly code: string; readonly reason: string };
  /** Deliveries under way; send ports only. */
  readonly busy?: number;
}

/** Longer than any handling that is not a call of an adapter. */
const LEASE = 60_000;
/** How long (ms) callers under way are given to get their answers before their locations are told to stop. */
const GRACE = 3000;
/** The subscriptions by which other hosts wait for answers: not ours to remove. */
const ANY_HOST = subscriberOf.responses('');

export function createHost(options: HostOptions): Host {
  const { deployment, box, clock } = options;
  const listener = createHttpListener(`${options.http.host}:${options.http.port}`, clock);
  const parts = assemble(options, listener);
  let endWakeups = () => {};

  return {
    get address() {
      return listener.address;
    },
    get status() {
      return {
        locations: parts.locations.map(({ status }) => status()),
        sendPorts: parts.sendPorts.map(({ status }) => status()),
      };
    },
    async submit(location, batch) {
      const found = parts.locations.find(({ name }) => name === location || name.startsWith(`${location}/`));
      if (!found) throw busError('NO_SUCH_LOCATION', { name: location });
      return found.submit(batch, new AbortController().signal);
    },
    async start() {
      await deploy(options);
      endWakeups = box.onWakeup((subscriber) => parts.workers.get(subscriber)?.wake());
      for (const worker of parts.workers.values()) await worker.start();
      for (const location of parts.locations) await location.service.start();
      await listener.start();
      options.emit({ name: 'bus-started', at: clock.now(), data: { host: options.name, address: listener.address } });
    },
    async stop() {
      const closing = listener.stop();
      const grace = Promise.withResolvers<void>();
      const cancel = clock.schedule(GRACE, grace.resolve);
      await Promise.race([closing, grace.promise]);
      cancel();
      await Promise.all(parts.locations.map(({ service }) => service.stop()));
      await closing;
      await Promise.all([...parts.workers.values()].map((worker) => worker.stop()));
      await Promise.all(parts.sendPorts.map(({ sender }) => sender.close()));
      endWakeups();
      options.emit({ name: 'bus-stopped', at: clock.now(), data: { host: options.name } });
    },
  };

  async function deploy({ name }: HostOptions): Promise<void> {
    const wanted = subscriptionsOf(deployment, name);
    const ids = new Set(wanted.map(({ id }) => id));
    const standing = await box.inspection.subscriptions();
    const gone = standing.filter(({ id, instance }) => !instance && !ids.has(id) && !id.startsWith(ANY_HOST));
    const unsubscribe = gone.map(({ id }) => id);
    await box.commit({ now: clock.now(), deploy: [deployment.definition], subscribe: wanted, unsubscribe });
  }
}

interface Parts {
  readonly workers: ReadonlyMap<string, Worker>;
  readonly locations: readonly OpenLocation[];
  readonly sendPorts: readonly { readonly sender: SendPort; readonly status: () => PartStatus }[];
}

interface OpenLocation {
  readonly name: string;
  readonly service: Service;
  readonly submit: Submit;
  readonly status: () => PartStatus;
}

function assemble(options: HostOptions, listener: ListeningHttp): Parts {
  const workers = new Map<string, Worker>();
  const responses = createResponses(options.box, options.clock);
  const work = (subscriber: string, handle: Intake['handle'], concurrent: number, lease = LEASE) => {
    const { box, clock, emit } = options;
    const worker = createWorker({ box, clock, emit, subscriber, concurrent, lease, handle });
    workers.set(subscriber, worker);
    return worker;
  };
  work(subscriberOf.responses(options.name), responses.handle, 64);
  const definitions = createDefinitions(options.deployment, options.box, options.recompile);
  const orchestrate = createOrchestrationRunner({ ...options, host: options.name, definitions });
  for (const { program } of options.deployment.orchestrations) {
    work(subscriberOf.orchestration(program.name), orchestrate, 32);
  }
  const sendPorts = options.deployment.sendPorts.map((port) => {
    const sender = port.adapter.send!(port.config, contextFor(options, listener, port.name, port.responses.length > 0));
    const runner = createSendRunner({ ...options, port, sender });
    const worker = work(subscriberOf.sendPort(port.name), runner.handle, port.concurrent, port.timeout + LEASE);
    return { sender, status: () => sendStatus(port, runner, worker) };
  });
  const locations = options.deployment.receivePorts.flatMap((port) =>
    port.locations.map((location) => openLocation(options, listener, responses, port, location, work)),
  );
  return { workers, locations, sendPorts };
}

function openLocation(
  options: HostOptions,
  listener: ListeningHttp,
  responses: Responses,
  port: BoundReceivePort,
  location: BoundLocation,
  work: (subscriber: string, handle: Intake['handle'], concurrent: number) => Worker,
): OpenLocation {
  const name = `${port.name}/${location.name}`;
  const context = contextFor(options, listener, name, port.response !== undefined);
  const intake = createIntake({ ...options, host: options.name, port, location, responses });
  work(subscriberOf.receiveLocation(port.name, location.name), intake.handle, 4);
  const open = () => location.adapter.receive!(location.config, context);
  const service = createLocation({ ...options, name, open, context, submit: intake.submit });
  const status = () => {
    const { state, failures, error } = service.status;
    return { name, transport: location.adapter.name, state, failures, ...told(error) };
  };
  return { name, service, submit: intake.submit, status };
}

function contextFor(options: HostOptions, http: ListeningHttp, name: string, twoWay: boolean): AdapterContext {
  const { clock, newId, emit, deployment } = options;
  const { secret, resolvePath } = deployment;
  return { name, twoWay, clock, newId, emit, secret, resolvePath, http };
}

function sendStatus(port: BoundSendPort, runner: SendRunner, worker: Worker): PartStatus {
  const { failures, error } = runner.status;
  const state = failures > 0 ? 'failing' : 'running';
  return { name: port.name, transport: port.adapter.name, state, failures, busy: worker.busy, ...told(error) };
}

function told(error: { code: string; message: string } | undefined): Pick<PartStatus, 'error'> {
  return error ? { error: { code: error.code, reason: error.message } } : {};
}

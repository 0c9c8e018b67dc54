/**
 * One definition at work on this host: its workers, send ports and locations. When another definition is deployed, the next
 * generation starts before this one ends, so that nothing finds the door shut.
 */
import type { AdapterContext } from '../contracts/adapter.ts';
import type { BoundSendPort, BoundSendPortGroup, Deployment } from '../contracts/deployment.ts';
import type { DynamicPolicy } from '../contracts/dynamic.ts';
import type { Limiter } from '../contracts/limiter.ts';
import { subscriberOf } from '../contracts/properties.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import { contextFor } from './adapter-context.ts';
import { createDefinitions } from './definitions.ts';
import { createGate, type Gate } from './gate.ts';
import type { HostOptions } from './host-options.ts';
import type { ListeningHttp } from './http-listener.ts';
import { type OpenLocation, openLocations } from './open-location.ts';
import { openSender } from './open-sender.ts';
import { createOrchestrationRunner } from './orchestrate.ts';
import type { Ownership } from './ownership.ts';
import { type PartStatus, toldError, toldLast } from './part-status.ts';
import type { Responses } from './responses.ts';
import { createSendRunner, type SendRunner } from './send.ts';
import { CONCURRENT, createDynamicRunner } from './send-dynamic.ts';
import { createThrottle } from './throttle.ts';
import { createWorker, type Worker, type WorkerOptions } from './worker.ts';

export interface GenerationOptions {
  readonly options: HostOptions;
  /** This host's share of it. */
  readonly deployment: Deployment;
  readonly listener: ListeningHttp;
  readonly responses: Responses;
  readonly ownership: Ownership;
  readonly limiter: Limiter;
  /** All of the definition, on whatever host. */
  readonly orchestrations: readonly string[];
  /** Orchestrations that this definition has no more, but of which instances still run. */
  readonly former: readonly string[];
}

export interface Generation {
  readonly hash: string;
  readonly schemas: SchemaSet;
  readonly orchestrations: readonly string[];
  readonly locations: readonly OpenLocation[];
  readonly sendPorts: readonly { status(): PartStatus }[];
  readonly sendPortGroups: readonly BoundSendPortGroup[];
  wake(subscriber: string): void;
  /** Workers before locations. */
  start(): Promise<void>;
  /** Takes nothing new in; resolves when callers have their answers and locations have ended. */
  close(cut: Promise<void>): Promise<void>;
  /** Takes no more deliveries; resolves when those under way are settled. */
  drain(): Promise<void>;
  /** Ends at once what is left; resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** ms; a host that stands still for longer has lost what it was at. */
const LEASE = 30_000;

export function createGeneration(given: GenerationOptions): Generation {
  const { options, deployment } = given;
  const workers = new Map<string, Worker>();
  const work: Work = (subscriber, handle, concurrent, gate, react) => {
    const worker = createWorker({
      ...options,
      subscriber,
      concurrent,
      lease: LEASE,
      handle,
      gate,
      ...(react ? { react } : {}),
    });
    workers.set(subscriber, worker);
    return worker;
  };
  openOrchestrations(given, work);
  const sendPorts = deployment.sendPorts.map((port) => openSendPort(given, port, work));
  const idle = () => sendPorts.flatMap((port) => (port.isIdle() ? [port.subscriber] : []));
  const throttle = deployment.throttle && createThrottle({ ...options, deployment, policy: deployment.throttle, idle });
  const layer = given.listener.layer();
  const locations = deployment.receivePorts.flatMap((port) => openLocations({ ...given, layer, throttle }, port));
  for (const { subscriber, intake } of locations) work(subscriber, intake.handle, 4);
  const all = () => [...workers.values()];
  return {
    hash: deployment.definition.hash,
    schemas: deployment.schemas,
    orchestrations: given.orchestrations,
    locations,
    sendPorts,
    sendPortGroups: deployment.sendPortGroups,
    wake: (subscriber) => workers.get(subscriber)?.wake(),
    async start() {
      for (const worker of all()) await worker.start();
      await throttle?.start();
      for (const location of locations) await location.start();
    },
    async close(cut) {
      await Promise.all(
        locations.map(async (location) => {
          await Promise.race([location.idle(), cut]);
          await location.stop();
        }),
      );
    },
    async drain() {
      for (const port of sendPorts) port.hurry();
      await Promise.all(all().map((worker) => worker.drain()));
    },
    async stop() {
      await throttle?.stop();
      await Promise.all(locations.map((location) => location.stop()));
      await Promise.all(all().map((worker) => worker.stop()));
      await Promise.all(sendPorts.map((port) => port.close()));
    },
  };
}

type Work = (
  subscriber: string,
  handle: WorkerOptions['handle'],
  concurrent: number,
  gate?: WorkerOptions['gate'],
  react?: WorkerOptions['react'],
) => Worker;

function openOrchestrations({ options, deployment, former }: GenerationOptions, work: Work): void {
  const definitions = createDefinitions(deployment, options.box, options.recompile);
  const orchestrate = createOrchestrationRunner({ ...options, host: options.name, definitions });
  const names = [...deployment.orchestrations.map(({ program }) => program.name), ...former];
  for (const name of new Set(names))
    work(subscriberOf.orchestration(name), orchestrate.handle, 32, undefined, orchestrate.react);
}

interface OpenSendPort {
  readonly subscriber: string;
  /** It takes nothing at the moment. */
  isIdle(): boolean;
  close(): Promise<void>;
  hurry(): void;
  status(): PartStatus;
}

function openSendPort(given: GenerationOptions, port: BoundSendPort, work: Work): OpenSendPort {
  const { options, deployment, listener, limiter } = given;
  const context = contextFor(options, deployment, listener, port.name, port.responses.length > 0);
  if (port.dynamic) return openDynamic(given, port, port.dynamic, context, work);
  const sender = openSender(port, port.config, context);
  const gate = createGate({ ...options, name: port.name, window: port.window, breaker: port.breaker });
  const runner = createSendRunner({ ...options, deployment, port, sender, limiter, gate });
  // While one batch is sent, the next is gathered.
  const concurrent = port.batch ? Math.max(port.concurrent, 2 * port.batch.count) : port.concurrent;
  const worker = work(subscriberOf.sendPort(port.name), runner.handle, concurrent, isGated(port) ? gate : undefined);
  const isIdle = () => gate.state !== 'open';
  const status = () => sendStatus(port, runner, worker, gate);
  return { subscriber: subscriberOf.sendPort(port.name), isIdle, close: sender.close, hurry: runner.hurry, status };
}

/** Circuits are its far ends' own; the window is the port's. */
function openDynamic(
  { options, deployment, limiter }: GenerationOptions,
  port: BoundSendPort,
  policy: DynamicPolicy,
  context: AdapterContext,
  work: Work,
): OpenSendPort {
  const gate = createGate({ ...options, name: port.name, window: port.window, breaker: undefined });
  const runner = createDynamicRunner({ ...options, deployment, port, limiter, gate, context }, policy);
  const worker = work(subscriberOf.sendPort(port.name), runner.handle, CONCURRENT, port.window ? gate : undefined);
  const status = () => ({ ...sendStatus(port, runner, worker, gate), farEnds: runner.farEnds() });
  const isIdle = () => gate.state !== 'open';
  return { subscriber: subscriberOf.sendPort(port.name), isIdle, close: runner.close, hurry: runner.hurry, status };
}

const isGated = ({ window, breaker }: BoundSendPort) => window !== undefined || breaker !== undefined;

function sendStatus(port: BoundSendPort, runner: SendRunner, worker: Worker, gate: Gate): PartStatus {
  const { failures, error, last } = runner.status;
  const state = gate.state !== 'open' ? gate.state : failures > 0 ? 'failing' : 'running';
  return {
    name: port.name,
    transport: port.adapter.name,
    state,
    failures,
    busy: worker.busy,
    ...toldLast(last),
    ...toldError(error),
  };
}

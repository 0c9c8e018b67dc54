/** Binds a checked solution: every name becomes the thing it names, every duration a number, every default a value. */
import type { Adapter } from '../contracts/adapter.ts';
import type { Calendar } from '../contracts/calendar.ts';
import type {
  BoundLocation,
  BoundOrchestration,
  BoundReceivePort,
  BoundSendPort,
  Deployment,
  RetryPolicy,
} from '../contracts/deployment.ts';
import { parseDuration } from '../contracts/duration.ts';
import type { MapProgram } from '../contracts/map.ts';
import type { Pipeline } from '../contracts/pipeline.ts';
import type { Order } from '../contracts/routing.ts';
import { adapterOptions } from './adapter-options.ts';
import { bindingsOf, CALLED } from './bindings.ts';
import type { BusConfig } from './bus-config.ts';
import { windowOf as hoursOf, secondsOf } from './calendars.ts';
import { calledBy } from './called.ts';
import { dedupeOf } from './dedupe.ts';
import { definitionOf } from './definition.ts';
import { addressed, dynamicOf } from './dynamic.ts';
import { faultsOf, filterOf } from './filters.ts';
import { type Flows, keyOf, mapsOf } from './flows.ts';
import type { Model } from './model.ts';
import { at, isPlain, textOf, textsOf } from './plain.ts';
import type { WrittenLocation, WrittenReceivePort, WrittenSendPort } from './ports.ts';
import { contractOf } from './served.ts';
import type { Placed } from './structure.ts';

export interface Surroundings {
  readonly bus: BusConfig;
  readonly resolvePath: (path: string) => string;
  readonly secret: (name: string) => string;
}

/** Only for a solution without errors. */
export function bind(model: Model, flows: Flows, { bus, resolvePath, secret }: Surroundings): Deployment {
  return {
    definition: definitionOf(model.files, bus.name),
    organisation: bus.organisation,
    schemas: model.schemas,
    receivePorts: model.ports.allReceive.map((port) => receivePort(model, flows, port)),
    sendPorts: model.ports.allSend.map((port) => sendPort(model, port)),
    sendPortGroups: model.ports.allGroups.map((group) => ({
      name: group.name,
      application: group.application,
      members: group.members,
      filter: filterOf(model, group).predicate,
    })),
    orchestrations: orchestrations(model),
    ...(bus.throttle ? { throttle: bus.throttle } : {}),
    ...(model.parties ? { parties: model.parties } : {}),
    hosts: applicationsOf(bus),
    resolvePath,
    secret,
  };
}

function applicationsOf({ hosts }: BusConfig): Map<string, readonly string[]> {
  return new Map([...hosts].flatMap(([name, { applications }]) => (applications ? [[name, applications]] : [])));
}

function receivePort(model: Model, flows: Flows, port: WrittenReceivePort): BoundReceivePort {
  const { name, application, options, locations } = port;
  const types = textsOf(at(options.value, ['response']));
  return {
    name,
    application,
    ...(types.length === 0 ? {} : { response: { types, timeout: milliseconds(options, 'timeout', 30_000) } }),
    maps: programs(model, port),
    routeFailed: textOf(at(options.value, ['failedMessages'])) === 'route',
    locations: locations.map((location) => boundLocation(model, flows, port, location)),
  };
}

function boundLocation(model: Model, flows: Flows, port: WrittenReceivePort, location: WrittenLocation): BoundLocation {
  const { name, options } = location;
  const adapter = model.adapters.get(textOf(at(options.value, ['transport'])) ?? '')!;
  return {
    name,
    adapter,
    config: adapterOptions(adapter, options, 'receive'),
    ...pipelinesOf(model, options, 'send', textsOf(at(port.options.value, ['response']))),
    expected: flows.expected.get(keyOf(location)) ?? [],
    ...expectedByOf(model, location),
    dedupe: dedupeOf(model, flows, location, Number.POSITIVE_INFINITY).policy,
    ...windowOf(model, options),
    ...expectationOf(model, options),
    ...standbyOf(options),
    ...priorityOf(options),
  };
}

/** An operation whose own type there is none of is one of those that the location names. */
function expectedByOf(model: Model, location: WrittenLocation): Pick<BoundLocation, 'expectedBy'> {
  const contract = contractOf(model, location);
  if (!contract) return {};
  const types = contract.operations
    .filter(({ request }) => model.schemas.find(request))
    .map(({ name, request }) => [name, [request]] as const);
  return { expectedBy: { property: contract.property, types: new Map(types) } };
}

/** An operation whose own type the port does not name has one of those that it names. */
function responsesByOf(
  model: Model,
  port: WrittenSendPort,
  responses: readonly string[],
): Pick<BoundSendPort, 'responsesBy'> {
  const contract = responses.length > 1 ? calledBy(model, port) : undefined;
  if (!contract) return {};
  const types = contract.operations
    .filter(({ response }) => responses.includes(response))
    .map(({ name, response }) => [name, [response]] as const);
  return { responsesBy: { property: contract.property, types: new Map(types) } };
}

function standbyOf({ value }: Placed): Pick<BoundLocation, 'standby'> {
  const written = at(value, ['standby']);
  if (!isPlain(written)) return {};
  const { for: primary, return: returns = true, exclusive = false } = written;
  const after = duration(written['after'], 300_000);
  return { standby: { primary: String(primary), after, returns: returns === true, exclusive: exclusive === true } };
}

function priorityOf(options: Placed): Pick<BoundLocation, 'priority'> {
  const priority = at(options.value, ['priority']);
  return priority === undefined ? {} : { priority: Number(priority) };
}

function sendPort(model: Model, port: WrittenSendPort): BoundSendPort {
  const { name, application, options } = port;
  const responses = textsOf(at(options.value, ['response']));
  const faults = faultsOf(model, port);
  const adapter = model.adapters.get(textOf(at(options.value, ['transport'])) ?? '')!;
  return {
    name,
    application,
    adapter,
    config: adapterOptions(adapter, addressed(adapter, options), 'send'),
    ...dynamicPolicy(model, adapter, options),
    ...pipelinesOf(model, options, 'receive', responses),
    responses,
    ...responsesByOf(model, port, responses),
    maps: programs(model, port),
    filter: filterOf(model, port).predicate,
    ...orderOf(options),
    ...batchOf(options),
    retry: retryOf(options),
    backup: textOf(at(options.value, ['backup'])),
    timeout: milliseconds(options, 'timeout', 60_000),
    ...limitOf(options),
    faults: faults.rules,
    ...(faults.failures.length > 0 ? { failures: faults.failures } : {}),
    ...windowOf(model, options),
    ...breakerOf(options),
    acknowledge: at(options.value, ['acknowledge']) === true,
    routeFailed: textOf(at(options.value, ['failedMessages'])) === 'route',
  };
}

/** A host handles 16 at a time where nothing is said; that is no limit of the far end's. */
function limitOf(options: Placed): Pick<BoundSendPort, 'concurrent' | 'limit'> {
  const written = at(options.value, ['limit']);
  const concurrent = at(written, ['concurrent']);
  const perSecond = at(written, ['perSecond']);
  const limit = {
    ...(concurrent === undefined ? {} : { concurrent: Number(concurrent) }),
    ...(perSecond === undefined ? {} : { perSecond: Number(perSecond) }),
  };
  return { concurrent: limit.concurrent ?? 16, ...(Object.keys(limit).length > 0 ? { limit } : {}) };
}

interface Pipelines {
  readonly pipeline: Pipeline;
  readonly responsePipeline: Pipeline;
}

/** The pipeline of the answer is, by default, the built-in one of the answer's format. */
function pipelinesOf(model: Model, options: Placed, back: 'receive' | 'send', answers: readonly string[]): Pipelines {
  const pipeline = model.pipelines.get(textOf(at(options.value, ['pipeline'])) ?? '')!;
  const named = textOf(at(options.value, ['responsePipeline']));
  const format = model.schemas.find(answers[0] ?? '')?.format;
  const standard = model.pipelines.get(`${format}-${back}`) ?? model.pipelines.get('pass-through')!;
  return { pipeline, responsePipeline: named === undefined ? standard : model.pipelines.get(named)! };
}

function programs(model: Model, port: WrittenReceivePort | WrittenSendPort): Map<string, MapProgram> {
  return new Map([...mapsOf(model, port)].map(([source, { program }]) => [source, program!]));
}

function batchOf(options: Placed): Pick<BoundSendPort, 'batch'> {
  const batch = at(options.value, ['batch']);
  if (!isPlain(batch)) return {};
  const { before = '', between = '', after = '', heading = false } = batch;
  const join = { before: String(before), between: String(between), after: String(after), heading: heading === true };
  const count = Number(batch['count']);
  const wait = parseDuration(textOf(batch['wait']) ?? '10s') ?? 10_000;
  return { batch: { count, bytes: Number(batch['bytes'] ?? 16_777_216), wait, join } };
}

function windowOf(model: Model, { value }: Placed): Pick<BoundSendPort, 'window'> {
  const written = at(value, ['window']);
  return isPlain(written) ? { window: calendarOf(model, written) } : {};
}

function expectationOf(model: Model, { value }: Placed): Pick<BoundLocation, 'expect'> {
  const written = at(value, ['expect']);
  if (!isPlain(written)) return {};
  const within = duration(written['within'], 12 * 3_600_000);
  return { expect: { calendar: calendarOf(model, written), by: secondsOf(written['by'])!, within } };
}

/** The one that it names, or one of the days and hours that it says itself. */
function calendarOf({ lookups }: Model, written: Readonly<Record<string, unknown>>): Calendar {
  const named = textOf(written['calendar']);
  return (named === undefined ? undefined : lookups.calendars?.get(named)) ?? hoursOf(written);
}

function dynamicPolicy(model: Model, adapter: Adapter, options: Placed): Pick<BoundSendPort, 'dynamic'> {
  const { policy } = dynamicOf(model, adapter, options);
  return policy ? { dynamic: policy } : {};
}

function breakerOf({ value }: Placed): Pick<BoundSendPort, 'breaker'> {
  const written = at(value, ['breaker']);
  if (!isPlain(written)) return {};
  return { breaker: { failures: Number(written['failures'] ?? 5), pause: duration(written['pause'], 30_000) } };
}

function orderOf(options: Placed): Pick<BoundSendPort, 'order'> {
  const order = at(options.value, ['order']);
  if (order === undefined || order === false) return {};
  const by = textOf(at(order, ['by']));
  const onFailure = (textOf(at(order, ['onFailure'])) ?? 'stop') as Order['onFailure'];
  return { order: { ...(by === undefined ? {} : { by }), onFailure } };
}

export function retryOf(options: Placed): RetryPolicy {
  const retry = at(options.value, ['retry']);
  return {
    attempts: Number(at(retry, ['attempts']) ?? 3),
    first: duration(at(retry, ['first']), 2000),
    factor: Number(at(retry, ['factor']) ?? 2),
    max: duration(at(retry, ['max']), 300_000),
  };
}

const milliseconds = (options: Placed, key: string, standard: number) => duration(at(options.value, [key]), standard);
const duration = (value: unknown, standard: number) => parseDuration(textOf(value) ?? '') ?? standard;

function orchestrations(model: Model): BoundOrchestration[] {
  return bindingsOf(model.loaded).map(({ application, orchestration, bindings }) => ({
    application,
    ...programOf(model, orchestration),
    ports: new Map(
      bindings.map(({ logical, physical }) => {
        const other = physical === CALLED ? ('called' as const) : ('send' as const);
        const kind = model.ports.receive.has(physical)
          ? ('receive' as const)
          : model.ports.send.has(physical)
            ? ('send' as const)
            : other;
        return [logical, { kind, name: physical }];
      }),
    ),
  }));
}

function programOf({ orchestrations: all }: Model, wanted: string): Pick<BoundOrchestration, 'program' | 'migrations'> {
  const { program, migrations } = all.find(({ name }) => name === wanted)!;
  return { program: program!, ...(migrations.length > 0 ? { migrations } : {}) };
}

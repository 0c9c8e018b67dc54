/** Which message types come in where, and which are published at all: by locations, orchestrations and answers. */
import type { Pipeline } from '../contracts/pipeline.ts';
import { nearest } from '../errors/nearest.ts';
import { bindingsOf } from './bindings.ts';
import { application } from './kinds/application.ts';
import { map } from './kinds/map.ts';
import { orchestration } from './kinds/orchestration.ts';
import { lost } from './load.ts';
import type { KnownMap, Model } from './model.ts';
import { at, textOf, textsOf } from './plain.ts';
import type { WrittenLocation, WrittenReceivePort, WrittenSendPort } from './ports.ts';
import { contractOf } from './served.ts';

export interface Flows {
  /** Message types that a location takes in, before inbound maps; of `port/location`. */
  readonly expected: ReadonlyMap<string, readonly string[]>;
  /** Message types that a receive port publishes, after inbound maps. */
  readonly published: ReadonlyMap<string, readonly string[]>;
  /** Message types that may be in the MessageBox at all. */
  readonly produced: ReadonlySet<string>;
  /** Locations of which nothing tells what comes in, although their format does not name itself. */
  readonly unstated: readonly WrittenLocation[];
  /** False where part of a file is unreadable that may produce or take more types than are known. */
  readonly readable: boolean;
  /** False where more types may be published than are known. */
  readonly complete: boolean;
}

export function flowsOf(model: Model): Flows {
  const expected = new Map<string, readonly string[]>();
  const published = new Map<string, readonly string[]>();
  const taken = takenBy(model);
  const given = givenTo(model);
  for (const port of model.ports.allReceive) {
    const maps = mapsOf(model, port);
    const types = port.locations.map((location) => expectedAt(model, location, maps, taken.get(port.name) ?? []));
    port.locations.forEach((location, index) => void expected.set(keyOf(location), types[index]!));
    const arriving = port.locations.flatMap((location, index) =>
      types[index]!.length > 0 ? types[index]! : selfNaming(model, location),
    );
    const mapped = arriving.map((type) => maps.get(type)?.target ?? type);
    published.set(port.name, unique([...mapped, ...(given.get(port.name) ?? [])]));
  }
  const locations = model.ports.allReceive.flatMap((port) => port.locations);
  const untyped = locations.filter((location) => needsType(model, location) && !expected.get(keyOf(location))?.length);
  // Of a contract that cannot be read it is told as such.
  const unstated = untyped.filter((location) => !contractOf(model, location));
  const readable = ![application, orchestration, map].some((kind) => lost(model.loaded, kind));
  const complete = readable && untyped.length === 0;
  return {
    expected,
    published,
    unstated,
    readable,
    complete,
    produced: new Set([...[...published.values()].flat(), ...sentTypes(model)]),
  };
}

export const keyOf = ({ port, name }: WrittenLocation) => `${port}/${name}`;

/** The maps of a port by source; those that cannot be used are told of elsewhere. */
export function mapsOf(model: Model, { options }: WrittenReceivePort | WrittenSendPort): Map<string, KnownMap> {
  const maps = textsOf(at(options.value, ['maps'])).flatMap((name) => model.maps.get(name) ?? []);
  return new Map(maps.flatMap((map) => map.sources.slice(0, 1).map((source) => [source, map] as const)));
}

/** The message types that orchestrations take from each receive port. */
function takenBy(model: Model): Map<string, string[]> {
  const taken = new Map<string, string[]>();
  for (const { orchestration, bindings } of bindingsOf(model.loaded)) {
    const known = model.orchestrations.find(({ name }) => name === orchestration);
    for (const { logical, physical } of bindings) {
      const types = (known?.ports.get(logical)?.receives ?? []).map((type) => meant(model, type));
      taken.set(physical, [...(taken.get(physical) ?? []), ...types]);
    }
  }
  return taken;
}

/** The message types that orchestrations send to each receive port, as though they had come in there. */
function givenTo(model: Model): Map<string, string[]> {
  const given = new Map<string, string[]>();
  for (const { orchestration, bindings } of bindingsOf(model.loaded)) {
    const known = model.orchestrations.find(({ name }) => name === orchestration);
    for (const { logical, physical } of bindings) {
      const port = known?.ports.get(logical);
      if (!port || port.receives.length > 0 || !model.ports.receive.has(physical)) continue;
      given.set(physical, [...(given.get(physical) ?? []), ...port.sends.map((type) => meant(model, type))]);
    }
  }
  return given;
}

/** What the location says; otherwise what its port's maps and orchestrations wait for. */
function expectedAt(
  model: Model,
  location: WrittenLocation,
  maps: ReadonlyMap<string, KnownMap>,
  taken: readonly string[],
): string[] {
  const said = textsOf(at(location.options.value, ['message']));
  const contract = contractOf(model, location);
  const operated = contract ? contract.operations.map(({ request }) => request) : [];
  const known = operated.filter((type) => model.schemas.find(type));
  if (said.length + known.length > 0) return unique([...known, ...said.map((type) => meant(model, type))]);
  const made = [...maps.values()].map(({ target }) => target);
  const inferred = unique([...maps.keys(), ...taken.filter((type) => !made.includes(type))]);
  return inferred.filter((type) => model.schemas.find(type));
}

/** A type that does not exist is told of where it stands; everything else goes by what was meant. */
export function meant(model: Model, type: string): string {
  return model.schemas.find(type) ? type : (nearest(type, model.schemas.types) ?? type);
}

/** JSON and CSV do not name themselves. */
function needsType(model: Model, location: WrittenLocation): boolean {
  return pipelineOf(model, location)?.steps.some(({ component }) => /^(json|csv)/.test(component.name)) ?? false;
}

/** Where nothing is said, XML still names itself. */
function selfNaming(model: Model, location: WrittenLocation): string[] {
  const pipeline = pipelineOf(model, location);
  if (!pipeline?.steps.some(({ component }) => component.name.startsWith('xml'))) return [];
  return model.schemas.types.filter((type) => model.schemas.find(type)?.format === 'xml');
}

export function pipelineOf(model: Model, location: WrittenLocation): Pipeline | undefined {
  return model.pipelines.get(textOf(at(location.options.value, ['pipeline'])) ?? '');
}

function sentTypes(model: Model): string[] {
  const sent = model.orchestrations.flatMap(({ ports }) => [...ports.values()].flatMap(({ sends }) => sends));
  const answers = model.ports.allSend.flatMap(({ options }) => textsOf(at(options.value, ['response'])));
  return [...sent, ...answers].map((type) => meant(model, type));
}

export const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

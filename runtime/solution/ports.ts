/** The ports of all applications as they are written, with the overrides of one environment laid over them. */
import { application } from './kinds/application.ts';
import { environment } from './kinds/environment.ts';
import { locationOptions, sendPortOptions } from './kinds/ports.ts';
import { type Loaded, type LoadedFile, ofKind } from './load.ts';
import { overlay, partOfSource, without } from './placed.ts';
import { at, mappingsIn, textOf } from './plain.ts';
import type { Placed } from './structure.ts';

export interface WrittenLocation {
  readonly name: string;
  readonly port: string;
  readonly options: Placed;
}

export interface WrittenReceivePort {
  readonly name: string;
  readonly application: string;
  readonly options: Placed;
  readonly locations: readonly WrittenLocation[];
}

export interface WrittenSendPort {
  readonly name: string;
  readonly application: string;
  readonly options: Placed;
}

export interface WrittenPorts {
  /** By name; of two with the same name the first. */
  readonly receive: ReadonlyMap<string, WrittenReceivePort>;
  readonly send: ReadonlyMap<string, WrittenSendPort>;
  /** With those whose name another bears already: they are checked as well. */
  readonly allReceive: readonly WrittenReceivePort[];
  readonly allSend: readonly WrittenSendPort[];
}

export function portsOf(loaded: Loaded, environmentName: string | undefined): WrittenPorts {
  const files = ofKind(loaded, application);
  const over = ofKind(loaded, environment).find(({ name }) => name === environmentName);
  const seen = new Set<string>();
  const overOf = (name: string) => (seen.has(name) ? undefined : seen.add(name) && over);
  const allReceive = files.flatMap((file) => receivePortsOf(file, overOf));
  const allSend = files.flatMap((file) => sendPortsOf(file, overOf));
  return { receive: byName(allReceive), send: byName(allSend), allReceive, allSend };
}

function byName<T extends { name: string }>(items: readonly T[]): Map<string, T> {
  const first = new Map<string, T>();
  for (const item of items) if (!first.has(item.name)) first.set(item.name, item);
  return first;
}

/** The environment, for the first port of a name; of two with the same name it means that one. */
type OverOf = (port: string) => LoadedFile | undefined;

function receivePortsOf({ name: application, source }: LoadedFile, overOf: OverOf): WrittenReceivePort[] {
  return mappingsIn(at(source.value, ['receivePorts'])).map(([name, port]) => {
    const over = overOf(name);
    const locations = mappingsIn(port['locations']).map(([location]) => {
      const base = partOfSource(source, ['receivePorts', name, 'locations', location]);
      const options = overridden(base, over, ['locations', `${name}/${location}`], locationOptions);
      return { name: location, port: name, options };
    });
    return { name, application, options: partOfSource(source, ['receivePorts', name]), locations };
  });
}

function sendPortsOf(file: LoadedFile, overOf: OverOf): WrittenSendPort[] {
  return mappingsIn(at(file.source.value, ['sendPorts'])).map(([name]) => {
    const base = partOfSource(file.source, ['sendPorts', name]);
    return {
      name,
      application: file.name,
      options: overridden(base, overOf(name), ['sendPorts', name], sendPortOptions),
    };
  });
}

/** A new transport drops the options of the old one, but not the bus's own. */
function overridden(
  base: Placed,
  over: LoadedFile | undefined,
  path: readonly string[],
  own: Readonly<Record<string, unknown>>,
): Placed {
  if (!over || at(over.source.value, path) === undefined) return base;
  const part = partOfSource(over.source, path);
  const transport = textOf(at(part.value, ['transport']));
  const replaced = transport !== undefined && transport !== at(base.value, ['transport']);
  return overlay(replaced ? without(base, (key) => !Object.hasOwn(own, key)) : base, part);
}

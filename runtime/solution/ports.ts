/** The ports of all applications as they are written, with the overrides of one environment laid over them. */
import { application } from './kinds/application.ts';
import { environment } from './kinds/environment.ts';
import { locationOptions, sendPortOptions } from './kinds/ports.ts';
import { type Loaded, type LoadedFile, ofKind } from './load.ts';
import { overlay, partOfSource, without } from './placed.ts';
import { at, mappingsIn, textOf, textsOf } from './plain.ts';
import { portOwners } from './port-owners.ts';
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

export interface WrittenSendPortGroup extends WrittenSendPort {
  readonly members: readonly string[];
}

export interface WrittenPorts {
  /** By name; of two with the same name the right one, see port-owners.ts. */
  readonly receive: ReadonlyMap<string, WrittenReceivePort>;
  readonly send: ReadonlyMap<string, WrittenSendPort>;
  /** With those whose name another bears already: they are checked as well. */
  readonly allReceive: readonly WrittenReceivePort[];
  readonly allSend: readonly WrittenSendPort[];
  readonly groups: ReadonlyMap<string, WrittenSendPortGroup>;
  readonly allGroups: readonly WrittenSendPortGroup[];
}

export function portsOf(loaded: Loaded, environmentName: string | undefined): WrittenPorts {
  const files = ofKind(loaded, application);
  const over = ofKind(loaded, environment).find(({ name }) => name === environmentName);
  const { owners } = portOwners(files);
  const owned = (file: LoadedFile) => (name: string) => owners.get(name)?.file === file;
  const overOf = (file: LoadedFile) => (name: string) => (owned(file)(name) ? over : undefined);
  const allReceive = files.flatMap((file) => receivePortsOf(file, overOf(file)));
  const allSend = files.flatMap((file) => sendPortsOf(file, overOf(file)));
  const isRight = ({ name, application }: WrittenSendPort) => owners.get(name)?.file.name === application;
  const allGroups = files.flatMap(groupsOf);
  return {
    receive: byName(allReceive, isRight),
    send: byName(allSend, isRight),
    groups: byName(allGroups, isRight),
    allReceive,
    allSend,
    allGroups,
  };
}

function groupsOf({ name: application, source }: LoadedFile): WrittenSendPortGroup[] {
  return mappingsIn(at(source.value, ['sendPortGroups'])).map(([name, group]) => {
    const options = partOfSource(source, ['sendPortGroups', name]);
    return { name, application, options, members: textsOf(group['members']) };
  });
}

function byName<T extends WrittenSendPort>(items: readonly T[], isRight: (item: T) => boolean): Map<string, T> {
  const found = new Map<string, T>();
  for (const item of items) if (!found.has(item.name) || isRight(item)) found.set(item.name, item);
  return found;
}

/** The environment, where the application's port of that name is the one that it means. */
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

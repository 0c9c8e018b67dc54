/** What receive locations serve by HTTP, and by which contracts. */
import type { Served, ServedContract } from '../contracts/adapter.ts';
import { adapterOptions } from './adapter-options.ts';
import type { SolutionFiles } from './find.ts';
import type { Model } from './model.ts';
import { at, textOf } from './plain.ts';
import type { WrittenLocation, WrittenPorts } from './ports.ts';

export interface ServedLocation extends Served {
  readonly location: WrittenLocation;
}

/** Of those whose transport tells; `port/location` to what it serves. */
export function servedBy(
  files: SolutionFiles,
  adapters: Model['adapters'],
  ports: WrittenPorts,
): ReadonlyMap<string, ServedLocation> {
  const read = (path: string) => files.get(path.replace(/^\.\//, ''));
  const locations = ports.allReceive.flatMap((port) => port.locations);
  return new Map(
    locations.flatMap((location) => {
      const adapter = adapters.get(textOf(at(location.options.value, ['transport'])) ?? '');
      if (!adapter?.serves) return [];
      const served = adapter.serves(adapterOptions(adapter, location.options, 'receive'), read);
      return [[`${location.port}/${location.name}`, { ...served, location }] as const];
    }),
  );
}

/** The properties by which operations are told, with all their values. */
export function operationProperties({ served }: Model): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { contract } of served.values()) {
    if (!contract) continue;
    const names = contract.operations.map(({ name }) => name);
    found.set(contract.property, [...new Set([...(found.get(contract.property) ?? []), ...names])]);
  }
  return found;
}

/** What messages that came by contracts may carry beside it. */
export const carriedProperties = ({ served }: Model): string[] => [
  ...new Set([...served.values()].flatMap(({ contract }) => contract?.carried ?? [])),
];

export const contractOf = (model: Model, { port, name }: WrittenLocation): ServedContract | undefined =>
  model.served.get(`${port}/${name}`)?.contract;

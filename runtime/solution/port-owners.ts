/**
 * Port names of all applications. Of several ports of one name, the one is right that its application is called after, else
 * the one whose application binds it, else the first; the others are copies.
 */
import type { Location } from '../contracts/finding.ts';
import type { LoadedFile } from './load.ts';
import { at, isPlain, mappingsIn } from './plain.ts';

export interface NamedPort {
  readonly name: string;
  readonly file: LoadedFile;
  /** Of its name. */
  readonly at: Location;
}

/** The right one for each name, and every other that bears it. */
export function portOwners(files: readonly LoadedFile[]): {
  readonly owners: ReadonlyMap<string, NamedPort>;
  readonly copies: readonly NamedPort[];
} {
  const named = files.flatMap(portsIn);
  const owners = new Map<string, NamedPort>();
  for (const port of named) {
    const earlier = owners.get(port.name);
    if (!earlier || claim(port) > claim(earlier)) owners.set(port.name, port);
  }
  return { owners, copies: named.filter((port) => owners.get(port.name) !== port) };
}

function portsIn(file: LoadedFile): NamedPort[] {
  const { source } = file;
  return ['receivePorts', 'sendPorts', 'sendPortGroups'].flatMap((key) =>
    mappingsIn(at(source.value, [key])).map(([name]) => ({ name, file, at: source.locate([key, name], 'key') })),
  );
}

function claim({ name, file }: NamedPort): number {
  if (file.name === name) return 2;
  const bindings = mappingsIn(at(file.source.value, ['bindings']));
  return bindings.some(([, ports]) => isPlain(ports) && Object.values(ports).includes(name)) ? 1 : 0;
}

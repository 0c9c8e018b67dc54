/** Bindings as they are written: which physical port stands for which port of an orchestration. */
import type { Location } from '../contracts/finding.ts';
import { nearest } from '../errors/nearest.ts';
import { application } from './kinds/application.ts';
import { orchestration } from './kinds/orchestration.ts';
import { type Loaded, type LoadedFile, ofKind } from './load.ts';
import { at, isPlain, mappingsIn } from './plain.ts';

/** In place of a receive port: only other orchestrations start it there. */
export const CALLED = 'called';

export interface WrittenBindings {
  readonly application: string;
  /** As it is written, or the orchestration that this seems to mean. */
  readonly orchestration: string;
  readonly written: string;
  /** Of the orchestration's name. */
  readonly at: Location;
  readonly bindings: readonly WrittenBinding[];
}

export interface WrittenBinding {
  readonly logical: string;
  readonly physical: string;
  readonly logicalAt: Location;
  readonly physicalAt: Location;
}

export function bindingsOf(loaded: Loaded): WrittenBindings[] {
  const written = ofKind(loaded, application).flatMap(bindingsIn);
  const unbound = ofKind(loaded, orchestration)
    .map(({ name }) => name)
    .filter((name) => !written.some((bindings) => bindings.written === name));
  const known = new Set(ofKind(loaded, orchestration).map(({ name }) => name));
  return written.map((bindings) =>
    known.has(bindings.written)
      ? bindings
      : { ...bindings, orchestration: nearest(bindings.written, unbound) ?? bindings.written },
  );
}

function bindingsIn({ name, source }: LoadedFile): WrittenBindings[] {
  const all = at(source.value, ['bindings']);
  const empty = isPlain(all) ? Object.keys(all).filter((key) => all[key] === null) : [];
  const each: [string, object][] = [...mappingsIn(all), ...empty.map((key): [string, object] => [key, {}])];
  return each.map(([written, ports]) => ({
    application: name,
    orchestration: written,
    written,
    at: source.locate(['bindings', written], 'key'),
    bindings: Object.entries(ports)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([logical, physical]) => ({
        logical,
        physical,
        logicalAt: source.locate(['bindings', written, logical], 'key'),
        physicalAt: source.locate(['bindings', written, logical]),
      })),
  }));
}

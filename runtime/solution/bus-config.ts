/** The settings of the bus itself: config/bus.yaml, with the environment's overrides, and every default filled in. */
import { bus } from './kinds/bus.ts';
import { environment } from './kinds/environment.ts';
import { type Loaded, ofKind } from './load.ts';
import { overlay, partOfSource } from './placed.ts';
import { at, isPlain, textOf } from './plain.ts';
import type { Placed } from './structure.ts';

export interface BusConfig {
  readonly name: string;
  readonly organisation: string;
  readonly store: StoreConfig;
  readonly http: ListenAddress;
  readonly admin: ListenAddress;
  /** The secrets folder, relative to the solution's. */
  readonly secrets: string | undefined;
}

export type StoreConfig = { readonly kind: 'memory' } | { readonly kind: 'sqlite'; readonly path: string };

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function busConfigOf(loaded: Loaded, environmentName: string | undefined): BusConfig {
  const { value } = writtenBus(loaded, environmentName);
  return {
    name: textOf(at(value, ['bus'])) ?? 'guildhall',
    organisation: textOf(at(value, ['organisation'])) ?? 'unnamed',
    store: storeOf(textOf(at(value, ['store'])) ?? 'sqlite:data/guildhall.db'),
    http: addressOf(textOf(at(value, ['http', 'address'])), '127.0.0.1:8080'),
    admin: addressOf(textOf(at(value, ['admin', 'address'])), '127.0.0.1:8079'),
    secrets: textOf(at(value, ['secrets'])),
  };
}

function writtenBus(loaded: Loaded, environmentName: string | undefined): Placed {
  const [file] = ofKind(loaded, bus);
  const base: Placed = file ? partOfSource(file.source, []) : { value: {}, locate: () => unplaced };
  const over = ofKind(loaded, environment).find(({ name }) => name === environmentName);
  return over && isPlain(at(over.source.value, ['bus'])) ? overlay(base, partOfSource(over.source, ['bus'])) : base;
}

const unplaced = { file: 'config/bus.yaml', line: 1, column: 1, path: '' };

function storeOf(text: string): StoreConfig {
  return text === 'memory' ? { kind: 'memory' } : { kind: 'sqlite', path: text.replace(/^sqlite:/, '') };
}

/** An address that the schema refuses is among the findings; the default then stands in for it. */
function addressOf(text: string | undefined, standard: string): ListenAddress {
  const match = /^(.+):(\d{1,5})$/.exec(text ?? standard) ?? /^(.+):(\d+)$/.exec(standard)!;
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2]) };
}

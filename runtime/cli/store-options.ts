/** The options of verbs that work on the store of a stopped bus, and the way from them, or from an address, to the store. */
import { isAbsolute, resolve } from 'node:path';
import type { Command } from 'commander';
import { busError } from '../errors/bus-error.ts';
import type { BusConfig, StoreConfig } from '../solution/bus-config.ts';
import { requiring, secretsFrom } from '../solution/secrets.ts';
import type { Console } from './console.ts';
import { openPlainly } from './open-solution.ts';

export interface StoreOptions {
  readonly solution: string;
  readonly environment?: string;
}

/** A store that keeps something: an absolute path, or a URL that may hold a password. */
export type StoreAddress =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

export function withStoreOptions(command: Command): Command {
  return command
    .option('-s, --solution <folder>', 'the solution whose store it is', '.')
    .option('-e, --environment <name>', 'with this environment: its name, or the path of its file');
}

/** What config/bus.yaml names. Throws BusError STORE_NO_TRANSFER for `memory`, SECRET_MISSING. */
export function configuredStore({ solution, environment }: StoreOptions, io: Console): StoreAddress {
  const { bus, folder } = openPlainly(solution, environment, io);
  const { store } = bus;
  if (store.kind === 'memory') throw noTransfer(store.kind, 'it keeps nothing');
  if (store.kind === 'sqlite') return { kind: 'sqlite', path: resolve(folder, store.path) };
  return { kind: 'postgres', url: urlOf(store, bus, folder, io) };
}

/**
 * What the command line names: a path, `sqlite:<path>`, a URL, or as in config/bus.yaml `{ secret: <name> }` (`secret:<name>`),
 * a secret of the solution.
 */
export function givenStore(given: string, options: StoreOptions, io: Console): StoreAddress {
  if (/^postgres(ql)?:\/\//.test(given)) return { kind: 'postgres', url: given };
  const [, secret] = /^(?:\{\s*)?secret:\s*([^\s{}]+)\s*\}?$/.exec(given) ?? [];
  if (secret === undefined) return { kind: 'sqlite', path: sqlitePath(given, io) };
  const { bus, folder } = openPlainly(options.solution, options.environment, io);
  return { kind: 'postgres', url: urlOf({ kind: 'postgres', url: { secret } }, bus, folder, io) };
}

/** Absolute path of the file that config/bus.yaml names. Throws BusError STORE_NO_TRANSFER for a store that is no file. */
export function storePath(options: StoreOptions, io: Console): string {
  const store = configuredStore(options, io);
  if (store.kind === 'sqlite') return store.path;
  throw noTransfer(store.kind, 'it is no file');
}

/** Absolute path of a file that the command line names, as a path or as config/bus.yaml would: `sqlite:<path>`. */
export function sqlitePath(given: string, { cwd }: Console): string {
  if (/^(memory$|[a-z]+:\/\/)/.test(given)) throw noTransfer(given.replace(/\/\/.*@/, '//'), 'it is no file');
  return resolve(cwd, given.replace(/^sqlite:/, ''));
}

/** Whatever else is wrong with the solution. */
function urlOf({ url }: StoreConfig & { kind: 'postgres' }, bus: BusConfig, folder: string, { env }: Console): string {
  if (typeof url === 'string') return url;
  const resolvePath = (path: string) => (isAbsolute(path) ? path : resolve(folder, path));
  return requiring(secretsFrom({ env, folder: bus.secrets, resolvePath }))(url.secret);
}

const noTransfer = (store: string, reason: string) => busError('STORE_NO_TRANSFER', { store, reason });

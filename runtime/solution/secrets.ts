/** Secrets by name: from the environment that was handed in, else from a file of that name in the secrets folder. */
import { readFileSync } from 'node:fs';
import { busError } from '../errors/bus-error.ts';

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The secrets folder of config/bus.yaml. */
  readonly folder: string | undefined;
  /** Absolute path of a path that is relative to the solution's folder. */
  readonly resolvePath: (path: string) => string;
  /** The text of a file; undefined where there is none. */
  readonly readFile?: (path: string) => string | undefined;
}

export type Secrets = (name: string) => string | undefined;

export function secretsFrom({ env, folder, resolvePath, readFile = readIfThere }: SecretSources): Secrets {
  return (name) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined) return value;
    if (folder === undefined || !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) return undefined;
    return readFile(`${resolvePath(folder)}/${name}`)?.replace(/\r?\n$/, '');
  };
}

/** As adapters ask for them. Throws BusError SECRET_MISSING. */
export function requiring(secrets: Secrets): (name: string) => string {
  return (name) => {
    const value = secrets(name);
    if (value === undefined) throw busError('SECRET_MISSING', { name });
    return value;
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (Error.isError(thrown) && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR'))
      return undefined;
    throw busError('SOLUTION_UNREADABLE', { path, reason: Error.isError(thrown) ? thrown.message : String(thrown) });
  }
}

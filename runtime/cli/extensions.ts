/**
 * Adapters and pipeline components of a solution's own: modules that `extensions` of config/bus.yaml names, as folders or files of
 * the solution or as packages installed beside it. Each exports `adapters`, `components` or both.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import type { Adapter } from '../contracts/adapter.ts';
import type { PipelineComponent } from '../contracts/pipeline.ts';
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import type { Console } from './console.ts';

/** The same console, which knows them too. Throws BusError EXTENSION_INVALID. */
export async function withExtensions(io: Console, folder: string): Promise<Console> {
  let extended = io;
  for (const name of namesIn(folder)) extended = added(extended, name, await load(name, folder));
  return extended;
}

/** What else is wrong with the file is for the check to say. */
function namesIn(folder: string): string[] {
  const path = join(folder, 'config', 'bus.yaml');
  if (!existsSync(path)) return [];
  try {
    const { extensions } = (parse(readFileSync(path, 'utf8')) ?? {}) as { extensions?: unknown };
    return Array.isArray(extensions) ? extensions.map(String) : [];
  } catch {
    return [];
  }
}

type Module = Readonly<Record<string, unknown>>;

async function load(name: string, folder: string): Promise<Module> {
  try {
    return (await import(pathToFileURL(fileOf(name, folder)).href)) as Module;
  } catch (thrown) {
    if (isBusError(thrown)) throw thrown;
    throw busError('EXTENSION_INVALID', { name, reason: reasonOf(thrown) }, { cause: thrown });
  }
}

function fileOf(name: string, folder: string): string {
  if (!/^\.{1,2}\//.test(name)) return createRequire(join(folder, 'package.json')).resolve(name);
  const path = resolve(folder, name);
  if (!existsSync(path)) throw busError('EXTENSION_INVALID', { name, reason: 'there is no such file or folder' });
  if (!statSync(path).isDirectory()) return path;
  const index = ['index.ts', 'index.js', 'index.mjs'].map((file) => join(path, file)).find(existsSync);
  if (index) return index;
  throw busError('EXTENSION_INVALID', { name, reason: 'its folder has no index.ts or index.js' });
}

function added(io: Console, name: string, module: Module): Console {
  const adapters = listIn<Adapter>(name, module, 'adapters');
  const components = listIn<PipelineComponent>(name, module, 'components');
  if (adapters.length + components.length === 0)
    throw busError('EXTENSION_INVALID', { name, reason: 'it exports neither `adapters` nor `components`' });
  const taken = new Set([...io.adapters, ...io.components].map((each) => each.name));
  const twice = [...adapters, ...components].find((each) => taken.has(each.name));
  if (twice) throw busError('EXTENSION_INVALID', { name, reason: `there is a ${twice.name} already` });
  return { ...io, adapters: [...io.adapters, ...adapters], components: [...io.components, ...components] };
}

function listIn<T extends { readonly name: string }>(extension: string, module: Module, key: string): readonly T[] {
  const value = module[key] ?? [];
  const isList = Array.isArray(value) && value.every((each: unknown) => typeof (each as T | null)?.name === 'string');
  if (isList) return value as readonly T[];
  throw busError('EXTENSION_INVALID', { name: extension, reason: `its \`${key}\` is no list of things with a name` });
}

/** Compiles a deployed definition with the secrets, files and environment of this host. */
import { resolve } from 'node:path';
import type { Deployment } from '../contracts/deployment.ts';
import type { Definition } from '../contracts/message-box.ts';
import { busError } from '../errors/bus-error.ts';
import type { BusConfig } from '../solution/bus-config.ts';
import { compileSolution } from '../solution/compile-solution.ts';
import { filesOf } from '../solution/definition.ts';
import type { Console } from './console.ts';
import { definitionPaths } from './definition-files.ts';

export interface CompiledDefinition {
  readonly deployment: Deployment;
  readonly bus: BusConfig;
}

/** `folder`: the host's own, absolute. Throws BusError DEFINITION_UNUSABLE. */
export function compileDefinition(
  definition: Definition,
  folder: string,
  environment: string | undefined,
  io: Console,
): CompiledDefinition {
  const { deployment, bus, findings } = compileSolution(filesOf(definition), {
    adapters: io.adapters,
    components: io.components,
    env: io.env,
    now: io.clock.now,
    resolvePath: definitionPaths(definition, folder),
    ...(environment === undefined ? {} : { environment: environmentOf(environment, io) }),
  });
  if (deployment) return { deployment, bus };
  const found = findings.find(({ severity }) => severity === 'error');
  const reason = found ? `${found.at.file}:${found.at.line} ${found.message}` : 'it has findings';
  throw busError('OLD_DEFINITION_UNUSABLE', { hash: definition.hash, reason });
}

/** The name of a file in config/environments, or the path of a YAML file. */
export const environmentOf = (given: string, { cwd }: Console) =>
  /\.ya?ml$/.test(given) ? resolve(cwd, given) : given;

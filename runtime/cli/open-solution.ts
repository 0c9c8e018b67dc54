/** Reads and compiles the solution that a verb works on. */
import { isAbsolute, resolve } from 'node:path';
import type { Deployment } from '../contracts/deployment.ts';
import type { Definition } from '../contracts/message-box.ts';
import { type Compiled, compileSolution } from '../solution/compile-solution.ts';
import { readSolution } from '../solution/find.ts';
import { compileDefinition, environmentOf } from './compile-definition.ts';
import type { Console } from './console.ts';
import { withExtensions } from './extensions.ts';

export interface OpenedSolution extends Compiled {
  /** Absolute. */
  readonly folder: string;
  /** For instances that run under an older definition of the solution, and for what another host deploys later. */
  recompile(definition: Definition): Promise<Deployment>;
}

/** `environment` is the name of a file in config/environments, or the path of a YAML file. */
export async function openSolution(
  given: string,
  environment: string | undefined,
  plain: Console,
): Promise<OpenedSolution> {
  return openPlainly(given, environment, await withExtensions(plain, resolve(plain.cwd, given)));
}

/** Without what its extensions add: for what asks for its settings alone. */
export function openPlainly(given: string, environment: string | undefined, io: Console): OpenedSolution {
  const folder = resolve(io.cwd, given);
  const files = readSolution(folder);
  const options = {
    adapters: io.adapters,
    components: io.components,
    env: io.env,
    now: io.clock.now,
    resolvePath: (path: string) => (isAbsolute(path) ? path : resolve(folder, path)),
    ...(environment === undefined ? {} : { environment: environmentOf(environment, io) }),
  };
  return {
    ...compileSolution(files, options),
    folder,
    async recompile(definition) {
      return compileDefinition(definition, folder, environment, io).deployment;
    },
  };
}

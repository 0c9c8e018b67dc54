/** `guildhall new adapter|component <name>`: writes one with its tests into the solution, which finds it from then on. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { busError } from '../../../errors/bus-error.ts';
import type { Console } from '../../console.ts';
import { EXIT } from '../../exit.ts';
import { writeNewFolder } from '../../new-folder.ts';
import { ownPackage } from '../../own-package.ts';
import { registerExtension } from '../../register-extension.ts';
import type { Finish, Verb } from '../../verb.ts';

interface Options {
  readonly solution: string;
  readonly json?: boolean;
}

export const newAdapter = extensionVerb('adapter', 'a transport of your own, held by the adapter contract');
export const newComponent = extensionVerb(
  'component',
  'a pipeline component of your own, held by the component contract',
);

function extensionVerb(kind: 'adapter' | 'component', description: string): Verb {
  return {
    add(program: Command, io: Console, finish: Finish) {
      program
        .command(kind)
        .argument('<name>', 'small letters, digits and hyphens', toName)
        .description(description)
        .option('--solution <folder>', 'the solution that gets it', '.')
        .option('--json', 'print JSON')
        .action(
          finish(async (name: string, options: Options) => {
            const solution = resolve(io.cwd, options.solution);
            if (!existsSync(join(solution, 'config', 'bus.yaml')))
              throw busError('SOLUTION_NOT_FOUND', { folder: options.solution, reason: 'it has no config/bus.yaml' });
            const taken = [...io.adapters, ...io.components].some((each) => each.name === name);
            if (taken) throw busError('EXTENSION_INVALID', { name, reason: `there is a ${name} already` });
            const path = `extensions/${name}`;
            const files = templateOf(kind, name);
            writeNewFolder(join(solution, path), path, files);
            const changed = registerExtension(solution, `./${path}`);
            const written = [...[...files.keys()].map((file) => `${path}/${file}`), ...changed];
            io.out(options.json ? JSON.stringify({ solution, files: written }) : told(written));
            return EXIT.ok;
          }),
        );
    },
  };
}

const told = (files: readonly string[]) =>
  `${files.map((file) => `  ${file}\n`).join('')}Next: npm install && npm run test:extensions && npx guildhall check`;

function toName(text: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text)) return text;
  throw new InvalidArgumentError('Names are small letters, digits and hyphens, as in parcel-post.');
}

/** Path in the extension's folder to text. The templates are code that runs, under the name `example-post`. */
function templateOf(kind: string, name: string): ReadonlyMap<string, string> {
  const folder = join(ownPackage().folder, 'docs', 'templates', kind);
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const pascal = `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
  const named = (text: string) =>
    text
      .replaceAll('example-post', name)
      .replaceAll('examplePost', camel)
      .replaceAll('ExamplePost', pascal)
      .replaceAll('EXAMPLE_POST', name.toUpperCase().replaceAll('-', '_'));
  const files = readdirSync(folder).sort();
  return new Map(files.map((file) => [named(file), named(readFileSync(join(folder, file), 'utf8'))]));
}

/**
 * `npm run package`: the package as it is published, compiled, since Node.js strips no types below node_modules. Writes
 * dist/guildhall-<version>.tgz and prints its path; `--into <folder>` makes the folder of the package alone.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..');

/** Compiles into `folder`, which must lie below the repository so that nothing else is found on the way up. */
export function buildPackage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = ['--noEmit', 'false', '--declaration', '--rewriteRelativeImportExtensions'];
  const config = join(folder, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), include: SOURCES.map((name) => join(root, name)) }),
  );
  const tsc = [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config, ...options];
  execFileSync(process.execPath, [...tsc, '--rootDir', root, '--outDir', folder, '--typeRoots', TYPES], {
    stdio: 'inherit',
  });
  rmSync(config);
  for (const path of globSync(COPIED, { cwd: root })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), manifestOf(readFileSync(join(root, 'package.json'), 'utf8')));
}

const SOURCES = ['adapters', 'runtime'];
const TYPES = join(root, 'node_modules', '@types');
const COPIED = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'docs',
  'adapters/*/README.md',
  'runtime/cli/launcher.js',
  'runtime/schemas/xml/xsd/standard/*.xsd',
];

/** The exports lead to what was compiled; scripts are for those who work on the source. */
function manifestOf(text: string): string {
  const {
    scripts: _scripts,
    overrides: _overrides,
    exports,
    ...rest
  } = JSON.parse(text) as {
    scripts: object;
    overrides: object;
    exports: Readonly<Record<string, string>>;
  };
  const compiled = Object.entries(exports).map(([name, path]) => {
    if (!path.endsWith('.ts')) return [name, path];
    const base = path.slice(0, -'.ts'.length);
    return [name, { types: `${base}.d.ts`, default: `${base}.js` }];
  });
  return `${JSON.stringify({ ...rest, exports: Object.fromEntries(compiled) }, null, 2)}\n`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { into: { type: 'string' } } });
  const folder = resolve(values.into ?? join(root, 'dist', 'package'));
  buildPackage(folder);
  if (values.into === undefined) {
    const [name] = JSON.parse(
      execFileSync('npm', ['pack', folder, '--json', '--pack-destination', join(root, 'dist')], {
        cwd: root,
        encoding: 'utf8',
      }),
    ) as { filename: string }[];
    process.stdout.write(`${join(root, 'dist', name!.filename)}\n`);
  }
}

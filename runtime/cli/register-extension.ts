/** Tells a solution of an extension in one of its folders: config/bus.yaml names it, package.json and jest test it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import { ownPackage } from './own-package.ts';

const TOOLS = ['jest', '@swc/core', '@swc/jest', '@types/node', '@types/jest', 'typescript'];
const TEST = 'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js';

/** Written where there is none yet. */
const BESIDE = ['jest.config.js', 'tsconfig.json'];

/** `name` as in `./extensions/parcels`. Returns the files that it wrote or changed, relative to the solution. */
export function registerExtension(solution: string, name: string): readonly string[] {
  const changed = [['config/bus.yaml', withName(readFileSync(join(solution, 'config', 'bus.yaml'), 'utf8'), name)]];
  const manifest = join(solution, 'package.json');
  if (existsSync(manifest)) changed.push(['package.json', withTests(readFileSync(manifest, 'utf8'))]);
  const templates = join(ownPackage().folder, 'docs', 'templates', 'tests');
  for (const path of BESIDE.filter((name) => !existsSync(join(solution, name))))
    changed.push([path, readFileSync(join(templates, path), 'utf8')]);
  for (const [path, text] of changed) writeFileSync(join(solution, path!), text!);
  return changed.map(([path]) => path!);
}

/** Where there is no list yet, a line at the end leaves the rest of the file as it is. */
function withName(text: string, name: string): string {
  const document = parseDocument(text);
  const list = document.get('extensions');
  if (list === undefined) return `${text.replace(/\n*$/, '\n')}extensions: [${name}]\n`;
  if (isSeq(list)) list.add(name);
  else document.set('extensions', [name]);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The tools in the versions that the bus itself is tested with; what is there already stays. */
function withTests(text: string): string {
  const manifest = JSON.parse(text) as Manifest;
  const own = ownPackage();
  const tools = Object.fromEntries(TOOLS.map((tool) => [tool, own.devDependencies[tool] ?? '*']));
  const extended = {
    ...manifest,
    scripts: { 'test:extensions': TEST, types: 'tsc', ...manifest.scripts },
    devDependencies: { ...tools, ...manifest.devDependencies },
    optionalDependencies: { ...own.optionalDependencies, ...manifest.optionalDependencies },
  };
  return `${JSON.stringify(extended, null, 2)}\n`;
}

/** Loads the files of a solution: each read, held against the schema of its kind, and named. Never throws for content. */
import type { Finding } from '../contracts/finding.ts';
import type { Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { correctKeys } from './correct-keys.ts';
import type { SolutionFiles } from './find.ts';
import { kindOf, kinds } from './kinds/index.ts';
import type { FileKind } from './kinds/kind.ts';
import { at, isPlain, textOf } from './plain.ts';
import { readYaml } from './read-yaml.ts';
import { checkStructure, countFaults } from './structure.ts';

export interface LoadedFile {
  readonly kind: FileKind;
  readonly source: Source;
  /** What the file calls what it defines; where it does not say, what its path calls it. */
  readonly name: string;
  /** False where part of the file could not be read, so that nothing can be said of what it lacks. */
  readonly whole: boolean;
}

export interface Loaded {
  readonly files: readonly LoadedFile[];
  readonly findings: readonly Finding[];
}

export function loadSolution(files: SolutionFiles): Loaded {
  const read = [...files].flatMap(([path, text]) => load(path, text));
  const findings = [
    ...read.flatMap((entry) => entry.findings),
    ...[...files.keys()].flatMap(unknownFile),
    ...missingBus(files),
    ...duplicateNames(read.map(({ file }) => file)),
  ];
  return { files: read.map(({ file }) => file), findings };
}

/** Part of some file of the kind could not be read: what it may define cannot be called unknown. */
export const lost = (loaded: Loaded, kind: FileKind): boolean => ofKind(loaded, kind).some(({ whole }) => !whole);

export const ofKind = (loaded: Loaded, kind: FileKind): LoadedFile[] =>
  loaded.files.filter((file) => file.kind === kind);

function load(path: string, text: string): { file: LoadedFile; findings: Finding[] }[] {
  const kind = kindOf(path);
  if (!kind || !path.endsWith('.yaml')) return [];
  const { source: written, findings, whole } = readYaml(path, text, (value) => countFaults(value, kind.schema));
  const structure = whole || written.value !== null ? checkStructure(written, kind.schema, kind.what) : [];
  const kept = whole ? structure : structure.filter(({ code }) => code !== 'MISSING_KEY');
  const source = correctKeys(written, kept);
  const name = (kind.naming && textOf(at(source.value, [kind.naming]))) ?? nameByPath(path);
  const file = { kind, source, name, whole: whole && isPlain(source.value) };
  return [{ file, findings: [...findings, ...kept] }];
}

const nameByPath = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/(\.\w+)?\.\w+$/, '');

function unknownFile(path: string): Finding[] {
  const folder = path.slice(0, path.indexOf('/'));
  const suspicious = folder === 'schemas' ? /\.message\.yml$/ : /\.ya?ml$/;
  if (!suspicious.test(path) || kindOf(path)) return [];
  const known = kinds.map(({ place }) => place).filter((place) => place.startsWith(folder));
  const at = { file: path, line: 1, column: 1, path: '' };
  return [finding('UNKNOWN_FILE', at, { file: path, known: known.join(', ') }, { severity: 'warning' })];
}

function missingBus(files: SolutionFiles): Finding[] {
  const path = 'config/bus.yaml';
  return files.has(path) ? [] : [finding('MISSING_FILE', { file: path, line: 1, column: 1, path: '' }, { path })];
}

function duplicateNames(files: readonly LoadedFile[]): Finding[] {
  const first = new Map<string, LoadedFile>();
  return files.flatMap((file) => {
    const { kind, name, source } = file;
    if (!kind.naming) return [];
    const earlier = first.get(`${kind.name} ${name}`);
    if (!earlier) {
      first.set(`${kind.name} ${name}`, file);
      return [];
    }
    const place = earlier.source.locate([kind.naming]);
    const values = { what: whatOf(kind), name, first: `${place.file}:${place.line}:${place.column}` };
    return [finding('DUPLICATE_NAME', source.locate([kind.naming]), values)];
  });
}

const whatOf = (kind: FileKind) => kind.what.replace(/^an? |^the /, '');

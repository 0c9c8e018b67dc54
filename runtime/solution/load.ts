/** Loads the files of a solution: each read, held against the schema of its kind, and named. Never throws for content. */
import type { Finding } from '../contracts/finding.ts';
import type { Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { correctKeys } from './correct-keys.ts';
import type { SolutionFiles } from './find.ts';
import { kindOf, kinds } from './kinds/index.ts';
import type { FileKind } from './kinds/kind.ts';
import { at, isPlain, textOf } from './plain.ts';
import { type Judge, type ReadYaml, readYaml, rereadYaml } from './read-yaml.ts';
import { nameByPath, settleNames } from './settle-names.ts';
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
  const loaded = [...files].flatMap(([path, text]) => load(path, text));
  const named = settleNames(loaded.map(({ file }) => file));
  const findings = [
    ...loaded.flatMap((entry) => entry.findings),
    ...[...files.keys()].flatMap(unknownFile),
    ...missingBus(files),
    ...named.findings,
  ];
  return { files: named.files, findings };
}

/** Part of some file of the kind could not be read: what it may define cannot be called unknown. */
export const lost = (loaded: Loaded, kind: FileKind): boolean => ofKind(loaded, kind).some(({ whole }) => !whole);

export const ofKind = (loaded: Loaded, kind: FileKind): LoadedFile[] =>
  loaded.files.filter((file) => file.kind === kind);

function load(path: string, text: string): { file: LoadedFile; findings: Finding[] }[] {
  const kind = kindOf(path);
  if (!kind || !path.endsWith('.yaml')) return [];
  const { source: written, findings, whole, kept } = read(path, text, kind);
  const source = correctKeys(written, kept);
  const name = (kind.naming && textOf(at(source.value, [kind.naming]))) ?? nameByPath(path);
  const file = { kind, source, name, whole: whole && isPlain(source.value) };
  return [{ file, findings: [...findings, ...kept] }];
}

type Read = ReadYaml & { readonly kept: readonly Finding[] };

/** Where nothing tells what was meant, a line may be indented wrongly: then it is read as if it were not. */
function read(path: string, text: string, kind: FileKind): Read {
  const judge: Judge = (value) => countFaults(value, kind.schema);
  const first = structured(readYaml(path, text, judge), kind);
  const found = [...first.findings, ...first.kept];
  const clear = found.filter(({ suggestion }) => suggestion !== undefined);
  if (clear.length === found.length) return first;
  const most = first.kept.filter(({ suggestion }) => suggestion !== undefined).length;
  const again = rereadYaml(path, text, { near: found.map(({ at }) => at.line), most, judge });
  return again ? structured(again, kind) : first;
}

function structured(file: ReadYaml, kind: FileKind): Read {
  const { source, whole } = file;
  const structure = whole || source.value !== null ? checkStructure(source, kind.schema, kind.what) : [];
  return { ...file, kept: whole ? structure : structure.filter(({ code }) => code !== 'MISSING_KEY') };
}

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

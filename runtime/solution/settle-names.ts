/**
 * Names that two files of a kind bear. The file that is called so itself keeps the name, otherwise the first; another goes
 * by what it is called, so that whatever refers to it by that is not blamed. The second of them is told, with a free name.
 */
import type { Finding } from '../contracts/finding.ts';
import { finding } from '../errors/finding.ts';
import { freeName } from './free-name.ts';
import type { LoadedFile } from './load.ts';

interface Settled {
  readonly files: readonly LoadedFile[];
  readonly findings: readonly Finding[];
}

export function settleNames(files: readonly LoadedFile[]): Settled {
  const ofKind = Map.groupBy(files, ({ kind }) => kind.name);
  const settled = files.map((file) => settle(file, ofKind.get(file.kind.name)!));
  return { files: settled.map(({ file }) => file), findings: settled.flatMap(({ findings }) => findings) };
}

/** What a file is called: `report-to-case` for mappings/report-to-case.map.yaml. */
export const nameByPath = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/(\.\w+)?\.\w+$/, '');

function settle(file: LoadedFile, files: readonly LoadedFile[]): { file: LoadedFile; findings: Finding[] } {
  const { kind, name, source } = file;
  const same = files.filter((each) => each.name === name);
  const owner = same.find((each) => nameByPath(each.source.file) === name) ?? same[0]!;
  if (!kind.naming || owner === file) return { file, findings: [] };
  const { file: path, line, column } = owner.source.locate([kind.naming]);
  const taken = files.map((each) => each.name);
  const own = nameByPath(source.file);
  const suggestion = taken.includes(own) ? freeName(name, taken) : own;
  const values = { what: kind.what.replace(/^an? |^the /, ''), name, first: `${path}:${line}:${column}` };
  const told = finding('DUPLICATE_NAME', source.locate([kind.naming]), values, { suggestion });
  return { file: suggestion === own ? renamed(file, own) : file, findings: [told] };
}

function renamed(file: LoadedFile, name: string): LoadedFile {
  const { kind, source } = file;
  return { ...file, name, source: { ...source, value: { ...(source.value as object), [kind.naming!]: name } } };
}

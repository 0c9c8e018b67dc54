/** The environment that was asked for: by name from config/environments/, or by path from anywhere. */
import type { Finding } from '../contracts/finding.ts';
import { busError } from '../errors/bus-error.ts';
import { finding } from '../errors/finding.ts';
import { nearest } from '../errors/nearest.ts';
import { environment } from './kinds/environment.ts';
import { type Loaded, ofKind } from './load.ts';

export interface OutsideEnvironment {
  /** Where it stands among the files of the solution. */
  readonly path: string;
  readonly text: string;
  nameIn(loaded: Loaded): string | undefined;
}

/** Undefined for a plain name. Throws BusError when the file cannot be read. */
export function environmentFile(
  given: string | undefined,
  read: (path: string) => string | undefined,
): OutsideEnvironment | undefined {
  if (given === undefined || !/\.ya?ml$/.test(given)) return undefined;
  const text = read(given);
  if (text === undefined) throw busError('SOLUTION_UNREADABLE', { path: given, reason: 'there is no such file' });
  const path = `config/environments/${baseName(given)}.yaml`;
  return { path, text, nameIn: (loaded) => loaded.files.find(({ source }) => source.file === path)?.name };
}

const baseName = (path: string) => path.slice(path.search(/[^/\\]*$/)).replace(/\.ya?ml$/, '');

/** A name that no file bears. */
export function checkSelected(loaded: Loaded, name: string | undefined): Finding[] {
  const known = ofKind(loaded, environment).map((file) => file.name);
  if (name === undefined || known.includes(name)) return [];
  const suggestion = nearest(name, known);
  const place = { file: 'config/environments', line: 1, column: 1, path: '' };
  return [finding('UNKNOWN_ENVIRONMENT', place, { name }, suggestion ? { suggestion } : {})];
}

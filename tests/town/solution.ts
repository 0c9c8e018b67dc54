/** The solution that the town runs: this repository, or a copy where its data and its run file must not get in the way. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';

export const solution = join(import.meta.dirname, '..', '..');

const FOLDERS = ['config', 'schemas', 'mappings', 'orchestrations'];

/** Returns the folder. */
export function copySolution(folder: string): string {
  for (const name of FOLDERS) cpSync(join(solution, name), join(folder, name), { recursive: true });
  return folder;
}

/**
 * What a legacy system was given, a line of JSON for each, written before it answers: a system that is killed loses nothing that
 * it has said yes to, and whoever runs the town can read it from outside.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

export type Note = Readonly<Record<string, unknown>>;

/** Returns the pen; without a path it writes nothing. */
export function openJournal(path: string | undefined): (note: Note) => void {
  if (path === undefined) return () => {};
  return (note) => appendFileSync(path, `${JSON.stringify(note)}\n`);
}

/** In the order of writing; a line that a kill cut short was never said yes to. */
export function readJournal<N extends object = Note>(path: string | undefined): readonly N[] {
  if (path === undefined || !existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as N);
}

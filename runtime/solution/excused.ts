/** Findings that only repeat, at another place, that a file they refer to could not be read. */
import type { Finding } from '../contracts/finding.ts';
import type { Source } from '../contracts/source.ts';
import { at, isPlain } from './plain.ts';

/** True where the place of the finding, or the step it belongs to, names one of `vague`. */
export function excused({ at: place }: Finding, source: Source, vague: readonly string[]): boolean {
  if (vague.length === 0) return false;
  const path = place.path.split('.');
  return [path, path.slice(0, -1), path.slice(0, -2)].some((candidate) => {
    const value = at(source.value, candidate);
    const texts = isPlain(value) ? Object.values(value) : [value];
    return texts.some((text) => typeof text === 'string' && vague.includes(text));
  });
}

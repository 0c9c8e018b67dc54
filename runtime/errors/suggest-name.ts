/** What to suggest for an unknown name: the nearest known one, or where none is near, the few that come closest. */
import { distanceBetween, nearest } from './nearest.ts';

const FEW = 3;

/** Undefined where nothing is known at all. */
export function suggestName(name: string, known: Iterable<string>): string | undefined {
  const names = [...new Set(known)];
  return nearest(name, names) ?? names.find((each) => isPartOf(name, each)) ?? listed(closest(name, names));
}

const SHORTEST = 3;

/** `litter` of `litter-survey`, and the other way round. */
function isPartOf(a: string, b: string): boolean {
  const [short, long] = [a, b].map((each) => each.toLowerCase()).sort((x, y) => x.length - y.length) as [
    string,
    string,
  ];
  return short.length >= SHORTEST && (long.startsWith(short) || long.endsWith(short));
}

function closest(name: string, names: readonly string[]): string[] {
  const ranked = names.map((each) => ({ each, distance: distanceBetween(name, each) }));
  return ranked
    .sort((a, b) => a.distance - b.distance)
    .slice(0, FEW)
    .map(({ each }) => each);
}

/** `a`, `a or b`, `a, b or c`. */
function listed(names: readonly string[]): string | undefined {
  const last = names.at(-1);
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/**
 * The known name nearest to an unknown one by edit distance (letter case counts little); undefined when none is near.
 * `part`: how much of the name may differ, where half of it would be too much.
 */
export function nearest(name: string, known: Iterable<string>, part = 1 / 2): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length * part)) + 0.5;
  for (const candidate of known) {
    const distance = distanceBetween(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** In changed characters. */
export const distanceBetween = (a: string, b: string): number =>
  a.toLowerCase() === b.toLowerCase() ? (a === b ? 0 : 0.1) : editDistance(a, b);

/** Levenshtein with transposition of neighbours; a change of letter case costs 0.5. */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      current[j] = Math.min(
        previous[j]! + 1,
        current[j - 1]! + 1,
        previous[j - 1]! + substitution(a[i - 1]!, b[j - 1]!),
        swap ? older[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    older = previous;
    previous = current;
  }
  return previous[b.length]!;
}

function substitution(a: string, b: string): number {
  if (a === b) return 0;
  return a.toLowerCase() === b.toLowerCase() ? 0.5 : 1;
}

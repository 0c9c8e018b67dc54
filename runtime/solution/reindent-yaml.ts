/**
 * Guesses which line is indented wrongly in YAML that can be read, but does not fit its schema: where moving one line, or one
 * with what hangs on it, makes the file fit, that is what was meant.
 */
import type { Document } from 'yaml';
import { parseYaml } from './parse-yaml.ts';
import { type Attempt, moves, type Repaired, unlikeliness } from './repair-yaml.ts';

const LARGEST = 64 * 1024;
const MOST_LINES = 12;

/** `near`: lines, from 1, where something is wrong. `faults` counts what does not fit; undefined where nothing brings it to `most`. */
export function reindentYaml(
  text: string,
  near: readonly number[],
  faults: (document: Document) => number,
  most: number,
): Repaired | undefined {
  if (text.length > LARGEST) return undefined;
  const lines = text.split('\n');
  const tried = [...new Set(near.flatMap((line) => around(lines, line)))].slice(0, MOST_LINES);
  const ranked = tried
    .flatMap((line) => moves(lines, line))
    .map((attempt) => ({ attempt, cost: costOf(attempt) }))
    .sort((a, b) => a.cost - b.cost);
  for (const { attempt } of ranked) {
    const repaired = carriedOut(attempt);
    const { document, errors } = repaired.parsed;
    if (errors.length === 0 && faults(document) <= most) return repaired;
  }
  return undefined;
}

/** The line itself, and the written ones before and after it. */
function around(lines: readonly string[], line: number): number[] {
  const written = lines.flatMap((text, index) => (text.trim() && !text.trim().startsWith('#') ? [index + 1] : []));
  const at = written.findIndex((each) => each >= line);
  return at < 0 ? [] : [written[at]!, ...written.slice(Math.max(0, at - 1), at), ...written.slice(at + 1, at + 3)];
}

function costOf({ lines, repair }: Attempt): number {
  return repair.kind === 'indented' ? unlikeliness(lines, repair) : Number.POSITIVE_INFINITY;
}

function carriedOut({ lines, repair }: Attempt): Repaired {
  const text = lines.join('\n');
  return { text, parsed: parseYaml(text), repairs: [repair] };
}

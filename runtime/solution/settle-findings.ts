/** Brings findings into their final order, each told once. */
import type { Finding } from '../contracts/finding.ts';

/** What is said by a compiler about a place whose structure is already wrong only repeats that. */
export function settleFindings(structural: readonly Finding[], others: readonly Finding[]): Finding[] {
  const wrong = new Set(structural.map(placeOf));
  const seen = new Set<string>();
  const kept = [...structural, ...others.filter((finding) => !wrong.has(placeOf(finding)))];
  return kept
    .filter((finding) => {
      const key = `${placeOf(finding)} ${finding.code} ${finding.message}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort(byPlace);
}

const placeOf = ({ at: { file, line, column } }: Finding) => `${file}:${line}:${column}`;

function byPlace({ at: a, code: codeA }: Finding, { at: b, code: codeB }: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (codeA < codeB ? -1 : 1);
}

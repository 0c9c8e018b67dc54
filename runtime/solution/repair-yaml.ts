/**
 * Guesses what broken YAML was meant to be, line by line: a wrong indentation is moved, a missing bracket or quote closed,
 * a hopeless line left out. So one slip in a file hides nothing else in it. The text on disk is never touched.
 */
import type { Document } from 'yaml';
import { type Parsed, parseYaml } from './parse-yaml.ts';

interface RepairPlace {
  /** From 1, in the text as it was written; `column` is the line's first character. */
  readonly line: number;
  readonly column: number;
  /** The lines that were moved, and by how many columns. */
  readonly moved: readonly number[];
  readonly shift: number;
}

export type Repair = RepairPlace &
  (
    | { readonly kind: 'indented'; readonly found: number; readonly expected: number }
    | { readonly kind: 'closed'; readonly closing: string; readonly error: Parsed['errors'][number] }
    | { readonly kind: 'left-out'; readonly error: Parsed['errors'][number] }
  );

export interface Repaired {
  readonly text: string;
  readonly parsed: Parsed;
  readonly repairs: readonly Repair[];
}

const LARGEST = 64 * 1024;
const MOST_REPAIRS = 8;
/** Each attempt reads the file again. A file that is broken in many places is told of what could be repaired with so many characters read, or attempts. */
const MOST_READ = 1_000_000;
const FEWEST_ATTEMPTS = 100;

export function repairYaml(text: string, first: Parsed, penalty: (document: Document) => number): Repaired {
  let state: Repaired = { text, parsed: first, repairs: [] };
  if (text.length > LARGEST) return state;
  const budget = { characters: Math.max(MOST_READ, FEWEST_ATTEMPTS * text.length) };
  while (state.parsed.errors.length > 0 && state.repairs.length < MOST_REPAIRS) {
    const next = bestRepair(state, budget, penalty);
    if (!next) return state;
    state = next;
  }
  return state;
}

export interface Attempt {
  readonly lines: readonly string[];
  readonly repair: Repair;
}

/** The attempt that leaves the fewest errors and fits the schema best. */
function bestRepair(state: Repaired, budget: Budget, penalty: (document: Document) => number): Repaired | undefined {
  const lines = state.text.split('\n');
  const error = state.parsed.errors[0]!;
  const line = state.parsed.lines.linePos(error.pos[0]).line;
  const near = [line, line + 1, line - 1].filter((number) => lines[number - 1]?.trim());
  for (const attempts of [
    near.flatMap((at) => moves(lines, at)),
    closings(lines, near, error),
    leftOut(lines, near, error),
  ]) {
    const judged = attempts
      .map((attempt) => judge(attempt, state, budget, penalty))
      .filter((entry) => entry !== undefined);
    const best = judged.sort((a, b) => compare(a.score, b.score))[0];
    if (best) return best.repaired;
  }
  return undefined;
}

/** What may still be read. */
interface Budget {
  characters: number;
}

interface Judged {
  readonly repaired: Repaired;
  readonly score: readonly number[];
}

/** Undefined where the attempt brings nothing: it must leave fewer errors, or the first of them further down. */
function judge(
  { lines, repair }: Attempt,
  state: Repaired,
  budget: Budget,
  penalty: (document: Document) => number,
): Judged | undefined {
  const text = lines.join('\n');
  if (budget.characters < text.length) return undefined;
  budget.characters -= text.length;
  const parsed = parseYaml(text);
  const { errors } = parsed;
  const firstLine = errors[0] ? parsed.lines.linePos(errors[0].pos[0]).line : Number.POSITIVE_INFINITY;
  if (errors.length >= state.parsed.errors.length && firstLine <= repair.line + 1) return undefined;
  if (errors.length > 0 && firstLine <= repair.line) return undefined;
  const unlikely = repair.kind === 'indented' ? unlikeliness(lines, repair) : 0;
  const score = [-Math.min(firstLine, lines.length + 1), errors.length, penalty(parsed.document), unlikely];
  return { repaired: { text, parsed, repairs: [...state.repairs, repair] }, score };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

/** Smaller moves are likelier, those to an even column, and those that line up with the next line. */
export function unlikeliness(lines: readonly string[], repair: Repair): number {
  const after = lines.slice(repair.line).find((line) => line.trim());
  const aligned = after !== undefined && indentOf(after) === indentOf(lines[repair.line - 1]!);
  const odd = indentOf(lines[repair.line - 1]!) % 2;
  return Math.abs(repair.shift) * 2 + odd * 3 + (aligned ? 0 : 1) + repair.moved.length / 1000;
}

/** The line alone, or with what hangs on it, at every indentation that its neighbours have. */
export function moves(lines: readonly string[], at: number): Attempt[] {
  const line = lines[at - 1]!;
  const found = indentOf(line);
  const targets = new Set(neighbours(lines, at).flatMap((neighbour) => [indentOf(neighbour), indentOf(neighbour) + 2]));
  if (!/^ *\t/.test(line)) targets.delete(found);
  return [...targets].flatMap((expected) =>
    blocks(lines, at, found).map((moved) => {
      const changed = lines.map((text, index) => (moved.includes(index + 1) ? reindent(text, expected - found) : text));
      const place = { line: at, column: found + 1, moved, shift: expected - found };
      return { lines: changed, repair: { kind: 'indented' as const, found, expected, ...place } };
    }),
  );
}

function blocks(lines: readonly string[], at: number, indent: number): number[][] {
  const hanging = [at];
  for (let next = at + 1; next <= lines.length; next += 1) {
    const line = lines[next - 1]!;
    if (line.trim() && indentOf(line) <= indent) break;
    hanging.push(next);
  }
  return hanging.length > 1 ? [[at], hanging] : [[at]];
}

/** Those just before and after, and before them those that the line may belong under. */
function neighbours(lines: readonly string[], at: number): string[] {
  const solid = (line: string) => line.trim() !== '' && !line.trim().startsWith('#');
  const before = lines.slice(0, at - 1).filter(solid);
  const enclosing = before.filter((line, index) =>
    before.slice(index + 1).every((later) => indentOf(later) >= indentOf(line)),
  );
  return [...enclosing, ...before.slice(-8), ...lines.slice(at).filter(solid).slice(0, 4)];
}

const indentOf = (line: string) => /^[ \t]*/.exec(line)![0].length;
const reindent = (line: string, shift: number) =>
  line.trim() ? ' '.repeat(Math.max(0, indentOf(line) + shift)) + line.trimStart() : line;

function closings(lines: readonly string[], near: readonly number[], error: Parsed['errors'][number]): Attempt[] {
  const unpaired = lines.flatMap((line, index) => (line.split('"').length % 2 ? [] : [index + 1]));
  return [...near, ...unpaired.slice(0, 5)].flatMap((at) =>
    ['}', ']', '"', "'", ' }', ' ]', '" }', ':'].map((closing) => ({
      lines: lines.with(at - 1, lines[at - 1]!.replace(/\s*(?:\s#.*)?\r?$/, '') + closing),
      repair: {
        kind: 'closed' as const,
        closing: closing.trim(),
        error,
        ...placeOf(lines, at),
        column: lines[at - 1]!.trimEnd().length + 1,
      },
    })),
  );
}

function leftOut(lines: readonly string[], near: readonly number[], error: Parsed['errors'][number]): Attempt[] {
  return near.map((at) => ({
    lines: lines.with(at - 1, ''),
    repair: { kind: 'left-out' as const, error, ...placeOf(lines, at) },
  }));
}

const placeOf = (lines: readonly string[], at: number): RepairPlace => ({
  line: at,
  column: indentOf(lines[at - 1]!) + 1,
  moved: [],
  shift: 0,
});

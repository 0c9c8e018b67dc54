/**
 * Guesses what an expression that cannot be read was meant to be: operators of other languages, a bracket or quote without
 * its partner, something too much or too little where the reader stopped. Proposes; the caller tells which of them is good.
 */
import type { ExpressionProblem } from '../contracts/expression.ts';

const LONGEST = 1_000;
const MOST_TRIES = 150;
const READABLE = 160;

/**
 * The problem, with the repaired expression as its suggestion. `problemsOf` counts what is wrong with a text, Infinity where it
 * cannot be read. The first repair without any problem is taken, else the first that can be read; a long one is shortened to
 * the place that changed.
 */
export function withRepair(
  text: string,
  problem: ExpressionProblem,
  problemsOf: (text: string) => number,
): ExpressionProblem {
  const suggestion = repaired(text, problem.offset, problemsOf);
  return suggestion === undefined ? problem : { ...problem, suggestion };
}

function repaired(text: string, offset: number, problemsOf: (text: string) => number): string | undefined {
  if (text.length > LONGEST) return undefined;
  const plain = translated(text);
  let readable: string | undefined;
  for (const candidate of [...new Set(candidates(text, plain, offset))].slice(0, MOST_TRIES)) {
    const problems = problemsOf(candidate);
    const certain = candidate === plain && problems < Number.POSITIVE_INFINITY;
    if (problems === 0 || certain) return around(text, candidate);
    if (problems < Number.POSITIVE_INFINITY) readable ??= candidate;
  }
  return readable === undefined ? undefined : around(text, readable);
}

function candidates(text: string, plain: string, offset: number): string[] {
  const at = plain === text ? offset : offset + plain.length - text.length;
  return [
    plain,
    ...(plain === text ? [] : [...quotes(plain), ...brackets(plain)]),
    ...quotes(text),
    ...brackets(text),
    ...ends(plain),
    ...near(text, offset),
    ...near(plain, at),
    ...quotes(text).flatMap(brackets),
    ...near(text, offset).flatMap(ends),
    text.slice(0, offset).trimEnd(),
  ].filter((candidate) => candidate !== text && candidate.trim() !== '');
}

/** What other languages write; texts in quotes stay as they are. */
const TRANSLATIONS: readonly (readonly [RegExp, string])[] = [
  [/\$\{([^{}]*)\}|\{\{([^{}]*)\}\}/g, '$1$2'],
  [/\$(?=\w)/g, ''],
  [/([=!])==/g, '$1='],
  [/<>/g, '!='],
  [/! +=/g, '!='],
  [/= *>/g, '>='],
  [/= *<(?!=)/g, '<='],
  [/:=/g, '=='],
  [/(?<![=!<>])=(?!=)/g, '=='],
  [/(?<!&)&(?!&)/g, '&&'],
  [/(?<!\|)\|(?!\|)/g, '||'],
  [/\s+and\s+/gi, ' && '],
  [/\s+or\s+/gi, ' || '],
  [/\bnot\s+(?!in\b)/gi, '!'],
  [/->|\?\.|::|\.{2,}/g, '.'],
  [/([\w.\])]+)\s*\?\?\s*([^?:]+)$/, 'coalesce($1, $2)'],
  [/\bif\s*\(([^,()]*),([^,()]*),([^,()]*)\)/g, '($1 ?$2 :$3)'],
  [/([\w.]+)\s+(contains|startsWith|endsWith|matches)\s+("\w*"|[\w.]+)/g, '$1.$2($3)'],
  [/\s*;\s*$/, ''],
];

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

function translated(text: string): string {
  const straight = text.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'");
  const texts: string[] = [];
  const bare = straight.replace(QUOTED, (quoted) => `"${texts.push(quoted) - 1}"`);
  const changed = TRANSLATIONS.reduce((result, [from, to]) => result.replace(from, to), bare);
  return changed.replace(/"(\d+)"/g, (_, index) => texts[Number(index)]!);
}

/** The closing quote before each place where a text may end, the nearest first. */
function quotes(text: string): string[] {
  const bare = text.replace(QUOTED, (quoted) => ' '.repeat(quoted.length));
  const start = bare.search(/["']/);
  if (start < 0) return [];
  const quote = bare[start]!;
  const ends = [...text.slice(start + 1).matchAll(/\s*(?:[,)\]+?:]|&&|\|\||==)|$/g)].map(
    ({ index }) => start + 1 + index,
  );
  return [...ends.map((end) => inserted(text, end, quote)), text.slice(0, start) + text.slice(start + 1)];
}

const PARTNER: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Brackets that are open get their partner, at the end or before; those that close nothing are left out. */
function brackets(text: string): string[] {
  const bare = text.replace(QUOTED, (quoted) => '_'.repeat(quoted.length));
  const open: number[] = [];
  for (const [index, character] of [...bare].entries()) {
    if (PARTNER[character]) open.push(index);
    else if (Object.values(PARTNER).includes(character)) {
      const last = open.pop();
      if (last === undefined) return [removed(text, index, 1)];
      if (PARTNER[bare[last]!] !== character)
        return [removed(text, index, 1, PARTNER[bare[last]!]), inserted(text, index, PARTNER[bare[last]!]!)];
    }
  }
  const start = open.at(-1);
  if (start === undefined) return [];
  const closing = open.map((index) => PARTNER[bare[index]!]!).reverse();
  const [inner, outer] = [closing[0]!, closing.slice(1).join('')];
  const places = [...bare.matchAll(/\s*(?:[-+*/%,)\]?:]|&&|\|\||[=!<>]=?|$)/g)].map(({ index }) => index);
  const within = places.filter((index) => index > start + 1).reverse();
  return within.map((index) => inserted(text, index, inner) + outer);
}

/** A dangling operator away, a condition completed. */
function ends(text: string): string[] {
  const dangling = text.replace(/(?:\s*(?:[-+*/%.,?:!]|&&|\|\||[=!<>]=|[<>]|\bin\b))+\s*$/, '');
  const leading = text.replace(/^(?:\s*(?:[+*/%.,?:]|&&|\|\||[=!<>]=|[<>]))+\s*/, '');
  return [dangling, leading, `${text.trimEnd()} : ""`, `${text.trimEnd()} : null`];
}

/** Something too little, or too much, where the reader stopped. */
function near(text: string, offset: number): string[] {
  const word = /^(?:\w+|[^\w\s]+)\s*/.exec(text.slice(offset))?.[0].length ?? 1;
  const before = /[^\w\s)\]"']+\s*$/.exec(text.slice(0, offset));
  const joined = ['+ ', ', ', '== ', '&& '].map((operator) => inserted(text, offset, operator));
  const fewer = before ? [removed(text, before.index, before[0].length, ' ')] : [];
  const tidy = joined.map((each) => each.replace(/\s+,/g, ','));
  const called = text.replace(/^(\w+)\s+([\w.]+)$/, '$1($2)');
  const selected = `${text.slice(0, offset).trimEnd()}.${text.slice(offset)}`;
  const odd = /^\W/.test(text.slice(offset)) ? [removed(text, offset, 1, ':'), removed(text, offset, 1)] : [];
  const changed = [...odd, removed(text, offset, word)];
  return [called, selected, ...tidy, ...changed, ...fewer];
}

const inserted = (text: string, at: number, piece: string) => text.slice(0, at) + piece + text.slice(at);
const removed = (text: string, at: number, length: number, by = '') => text.slice(0, at) + by + text.slice(at + length);

/** The whole where it is short. */
function around(text: string, candidate: string): string {
  if (candidate.length <= READABLE) return candidate.trim();
  const start = [...candidate].findIndex((character, index) => character !== text[index]);
  const from = Math.max(0, start - READABLE / 2);
  const part = candidate.slice(from, from + READABLE);
  return `${from > 0 ? '...' : ''}${part}${from + READABLE < candidate.length ? '...' : ''}`;
}

/**
 * Date patterns: yyyy yy MMMM MMM MM M dd d EEEE EEE HH H hh h mm m ss s SSS a XXX, other text in 'quotes', as many systems
 * and Java know them. Any other letter is a mistake and fails.
 */
import { fail } from '../failure.ts';

export type PatternPart = { readonly text: string } | { readonly field: string };

const FIELDS: ReadonlySet<string> = new Set(
  'yyyy yy MMMM MMM MM M dd d EEEE EEE HH H hh h mm m ss s SSS a XXX'.split(' '),
);

const PART = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/gy;

export function datePattern(pattern: string): readonly PatternPart[] {
  if (pattern.length > 100) fail('the date pattern is too long');
  let end = 0;
  const parts = [...pattern.matchAll(PART)].map((match): PatternPart => {
    end = match.index + match[0].length;
    if (match[1] !== undefined) return { text: match[1] === '' ? "'" : match[1].replaceAll("''", "'") };
    if (match[2] === undefined) return { text: match[0] };
    return FIELDS.has(match[0])
      ? { field: match[0] }
      : fail(`"${match[0]}" is not a part of a date pattern${hintFor(match[0])}`);
  });
  return end === pattern.length ? parts : fail('a quote of the date pattern is not closed');
}

function hintFor(found: string): string {
  const letter = { Y: 'yyyy', D: 'dd', S: 'ss or SSS', T: "'T' in quotes", Z: "XXX, or 'Z' in quotes" }[found[0]!];
  return letter ? `; write ${letter}` : '';
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

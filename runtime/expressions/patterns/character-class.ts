/** Sets of characters of a pattern: [a-z0-9], [^...], \d \w \s and their opposites, escaped characters. */
import { fail } from '../failure.ts';

export type CharacterSet = (code: number) => boolean;

interface Reader {
  readonly text: string;
  at: number;
}

const isDigit: CharacterSet = (code) => code >= 48 && code <= 57;
const isWord: CharacterSet = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: CharacterSet = (code) => /\s/.test(String.fromCodePoint(code));
const not =
  (set: CharacterSet): CharacterSet =>
  (code) =>
    !set(code);

const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};

const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11 };

/** After a backslash: a set, or the one character that is meant. */
export const readEscape = (reader: Reader): CharacterSet | number => escaped(reader);

function escaped(reader: Reader): CharacterSet | number {
  const character = reader.text[reader.at];
  if (character === undefined) return fail('it ends in a backslash');
  reader.at += 1;
  const set = CLASSES[character];
  if (set) return set;
  const control = CONTROLS[character];
  if (control !== undefined) return control;
  if (/[A-Za-z0-9]/.test(character)) return fail(`"\\${character}" is not supported`);
  return character.codePointAt(0)!;
}

/** After a "[". */
export function readClass(reader: Reader): CharacterSet {
  const negated = reader.text[reader.at] === '^';
  if (negated) reader.at += 1;
  const sets: CharacterSet[] = [];
  let first = true;
  while (first || reader.text[reader.at] !== ']') {
    if (reader.at >= reader.text.length) return fail('a "[" is not closed');
    sets.push(range(reader));
    first = false;
  }
  reader.at += 1;
  const any: CharacterSet = (code) => sets.some((set) => set(code));
  return negated ? not(any) : any;
}

function range(reader: Reader): CharacterSet {
  const from = single(reader);
  if (typeof from !== 'number') return from;
  if (reader.text[reader.at] !== '-' || reader.text[reader.at + 1] === ']') return (code) => code === from;
  reader.at += 1;
  if (reader.at >= reader.text.length) return fail('a "[" is not closed');
  const to = single(reader);
  if (typeof to !== 'number' || to < from) return fail('a range of its characters is turned round or has no end');
  return (code) => code >= from && code <= to;
}

function single(reader: Reader): CharacterSet | number {
  const code = reader.text.codePointAt(reader.at)!;
  reader.at += code > 0xffff ? 2 : 1;
  return code === 92 ? escaped(reader) : code;
}

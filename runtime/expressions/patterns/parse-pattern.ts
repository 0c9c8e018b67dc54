/**
 * Reads a regular expression: characters, . [classes] \d \w \s (groups) a|b ^ $ * + ? {n,m}. Refuses what a linear machine
 * cannot do (references, look-around) and what would grow too large.
 */
import { Failure, fail } from '../failure.ts';
import { type CharacterSet, readClass, readEscape } from './character-class.ts';
import type { Instruction, Program } from './program.ts';

type Pattern =
  | { readonly kind: 'set'; readonly has: CharacterSet; readonly only?: number }
  | { readonly kind: 'start' | 'end' | 'empty' }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly of: Pattern; readonly least: number; readonly most: number };

const LARGEST = 2_000;
const DEEPEST = 50;

export function parsePattern(text: string): { readonly program: Program } | { readonly reason: string } {
  try {
    const reader: Reader = { text, at: 0, depth: 0 };
    const pattern = alternatives(reader);
    if (reader.at < text.length) fail('a ")" has no "("');
    const program: Instruction[] = [];
    emit(pattern, program);
    program.push({ op: 'match' });
    return { program };
  } catch (thrown) {
    if (thrown instanceof Failure) return { reason: thrown.message };
    throw thrown;
  }
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

function alternatives(reader: Reader): Pattern {
  const of = [sequence(reader)];
  while (reader.text[reader.at] === '|') {
    reader.at += 1;
    of.push(sequence(reader));
  }
  return of.length === 1 ? of[0]! : { kind: 'any', of };
}

function sequence(reader: Reader): Pattern {
  const of: Pattern[] = [];
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at]!))
    of.push(repetition(reader, atom(reader)));
  return of.length === 1 ? of[0]! : { kind: 'all', of };
}

function atom(reader: Reader): Pattern {
  const character = String.fromCodePoint(reader.text.codePointAt(reader.at)!);
  reader.at += character.length;
  if (character === '(') return group(reader);
  if (character === '[') return { kind: 'set', has: readClass(reader) };
  if (character === '\\') return setOf(readEscape(reader));
  if (character === '.') return { kind: 'set', has: (code) => code !== 10 && code !== 13 };
  if (character === '^') return { kind: 'start' };
  if (character === '$') return { kind: 'end' };
  if ('*+?{'.includes(character)) fail(`there is nothing before "${character}" to repeat`);
  return setOf(character.codePointAt(0)!);
}

const setOf = (found: CharacterSet | number): Pattern =>
  typeof found === 'number' ? { kind: 'set', has: (code) => code === found, only: found } : { kind: 'set', has: found };

function group(reader: Reader): Pattern {
  if (reader.text[reader.at] === '?') {
    if (reader.text[reader.at + 1] !== ':') fail('look-around and named groups are not supported');
    reader.at += 2;
  }
  reader.depth += 1;
  if (reader.depth > DEEPEST) fail('its groups are nested too deep');
  const inner = alternatives(reader);
  if (reader.text[reader.at] !== ')') fail('a "(" is not closed');
  reader.at += 1;
  reader.depth -= 1;
  return inner;
}

const COUNT = /\{(\d{1,4})(,(\d{1,4})?)?\}/y;

function repetition(reader: Reader, of: Pattern): Pattern {
  const bounds = boundsAt(reader);
  if (!bounds) return of;
  if (reader.text[reader.at] === '?') reader.at += 1; // Lazy or not, a text that fits, fits.
  if ('*+{'.includes(reader.text[reader.at] ?? ' ')) fail('one repetition directly follows another');
  const [least, most] = bounds;
  if (least > most) fail(`{${least},${most}} is turned round`);
  return { kind: 'repeat', of, least, most };
}

function boundsAt(reader: Reader): readonly [number, number] | undefined {
  const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const;
  const sign = reader.text[reader.at] as keyof typeof simple | '{' | undefined;
  if (sign !== undefined && sign in simple) {
    reader.at += 1;
    return simple[sign as keyof typeof simple];
  }
  if (sign !== '{') return undefined;
  COUNT.lastIndex = reader.at;
  const match = COUNT.exec(reader.text) ?? fail('a "{" is not followed by a count such as {2} or {1,3}');
  reader.at += match[0].length;
  const least = Number(match[1]);
  return [least, match[2] === undefined ? least : match[3] === undefined ? Infinity : Number(match[3])];
}

function emit(pattern: Pattern, program: Instruction[]): void {
  if (program.length > LARGEST) fail('it is too large');
  if (pattern.kind === 'set') program.push({ op: 'set', has: pattern.has, only: pattern.only });
  else if (pattern.kind === 'start' || pattern.kind === 'end') program.push({ op: pattern.kind });
  else if (pattern.kind === 'all') for (const part of pattern.of) emit(part, program);
  else if (pattern.kind === 'any') emitAny(pattern.of, program);
  else if (pattern.kind === 'repeat') emitRepeat(pattern.of, pattern.least, pattern.most, program);
}

function emitAny(of: readonly Pattern[], program: Instruction[]): void {
  const jumps: number[] = [];
  of.forEach((part, index) => {
    const last = index === of.length - 1;
    const split = program.length;
    if (!last) program.push({ op: 'jump', to: 0 });
    emit(part, program);
    if (last) return;
    jumps.push(program.length);
    program.push({ op: 'jump', to: 0 });
    program[split] = { op: 'split', first: split + 1, second: program.length };
  });
  for (const jump of jumps) program[jump] = { op: 'jump', to: program.length };
}

function emitRepeat(of: Pattern, least: number, most: number, program: Instruction[]): void {
  for (let count = 0; count < least; count += 1) emit(of, program);
  if (most === Infinity) {
    const split = program.length;
    program.push({ op: 'jump', to: 0 });
    emit(of, program);
    program.push({ op: 'jump', to: split });
    program[split] = { op: 'split', first: split + 1, second: program.length };
    return;
  }
  const splits: number[] = [];
  for (let count = least; count < most; count += 1) {
    splits.push(program.length);
    program.push({ op: 'jump', to: 0 });
    emit(of, program);
  }
  for (const split of splits) program[split] = { op: 'split', first: split + 1, second: program.length };
}

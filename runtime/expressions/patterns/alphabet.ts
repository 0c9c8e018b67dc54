/** The characters of all texts in classes: those that a pattern never tells apart are one. Classes are found as characters appear. */
import type { Program } from './program.ts';

export interface Alphabet {
  /** From 1. `count` is told how many sets were asked about a character that no text has had before. */
  classOf(code: number, count: (steps: number) => void): number;
  /** One of the characters of a class. */
  exampleOf(kind: number): number;
}

const PAGE = 256;

export function createAlphabet(program: Program): Alphabet {
  const sets = [...new Set(program.flatMap((instruction) => (instruction.op === 'set' ? [instruction.has] : [])))];
  const kinds = new Map<string, number>();
  const examples: number[] = [0];
  // 0 where a character has not appeared yet.
  const pages: (Uint16Array | undefined)[] = [];

  function learn(code: number): number {
    const signature = sets.map((has) => (has(code) ? '1' : '0')).join('');
    const known = kinds.get(signature);
    const kind = known ?? examples.push(code) - 1;
    if (known === undefined) kinds.set(signature, kind);
    pages[code >> 8] ??= new Uint16Array(PAGE);
    pages[code >> 8]![code & 255] = kind;
    return kind;
  }

  return {
    classOf: (code, count) => {
      const known = pages[code >> 8]?.[code & 255];
      if (known) return known;
      count(sets.length);
      return learn(code);
    },
    exampleOf: (kind) => examples[kind]!,
  };
}

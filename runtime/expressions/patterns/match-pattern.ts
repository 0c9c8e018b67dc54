/** Looks for a pattern in texts: one step a character, and none for those before the characters that it begins with. */
import { type Count, createAutomaton } from './automaton.ts';
import type { Program } from './program.ts';

/** Whether some part of the text fits. `count` is told of work beyond that for the length of the text. */
export type Matcher = (text: string, count?: Count) => boolean;

const UNCOUNTED: Count = () => undefined;

/** Keeps what it learns of the pattern for the texts after the first. */
export function createMatcher(program: Program): Matcher {
  const { first, idle, step, classOf } = createAutomaton(program);
  const beginning = beginningOf(program);
  return (text, count = UNCOUNTED) => {
    let state = first;
    for (let at = 0; at < text.length; ) {
      if (state.accepts) return true;
      if (state.waiting.length === 0) return false;
      if (state === idle && beginning !== '') {
        at = text.indexOf(beginning, at);
        if (at < 0) return false;
      }
      const unit = text.charCodeAt(at);
      const code = unit >= 0xd800 && unit < 0xdc00 ? text.codePointAt(at)! : unit;
      const kind = classOf(code, count);
      state = state.next[kind] ?? step(state, kind, count);
      at += code > 0xffff ? 2 : 1;
    }
    return state.acceptsAtEnd;
  };
}

/** The characters with which every part that fits begins. Halves of a pair of surrogates are none: texts are read by whole pairs. */
function beginningOf(program: Program): string {
  const end = program.findIndex(
    (instruction) => instruction.op !== 'set' || instruction.only === undefined || isHalf(instruction.only),
  );
  const codes = program.slice(0, end).map((instruction) => (instruction as { readonly only: number }).only);
  return String.fromCodePoint(...codes);
}

const isHalf = (code: number) => code >= 0xd800 && code < 0xe000;

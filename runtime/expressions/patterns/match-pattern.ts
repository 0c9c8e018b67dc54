/** Runs a pattern's program over a text: at each character every state is visited once. */
import type { Program } from './program.ts';

/** Whether some part of the text fits. */
export function matchPattern(program: Program, text: string): boolean {
  let states = new Set<number>();
  let at = 0;
  while (at <= text.length) {
    if (enter(program, 0, at, text.length, states)) return true;
    if (at === text.length) return false;
    const code = text.codePointAt(at)!;
    const step = code > 0xffff ? 2 : 1;
    const following = new Set<number>();
    for (const state of states) {
      const instruction = program[state]!;
      if (
        instruction.op === 'set' &&
        instruction.has(code) &&
        enter(program, state + 1, at + step, text.length, following)
      )
        return true;
    }
    states = following;
    at += step;
  }
  return false;
}

/** Adds a state and all that follow without a character; true when the pattern is complete. */
function enter(program: Program, first: number, at: number, length: number, states: Set<number>): boolean {
  const open = [first];
  while (open.length > 0) {
    const state = open.pop()!;
    if (states.has(state)) continue;
    states.add(state);
    const instruction = program[state]!;
    if (instruction.op === 'match') return true;
    if (instruction.op === 'jump') open.push(instruction.to);
    if (instruction.op === 'split') open.push(instruction.second, instruction.first);
    if ((instruction.op === 'start' && at === 0) || (instruction.op === 'end' && at === length)) open.push(state + 1);
  }
  return false;
}

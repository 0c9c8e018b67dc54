/**
 * A pattern's program as a deterministic automaton. Its states are made when a text first comes to them and kept for the texts after it;
 * where they become too many, all are forgotten and made anew. So a text costs one look-up a character, whatever the pattern.
 */
import { createAlphabet } from './alphabet.ts';
import type { Program } from './program.ts';

export interface State {
  /** Instructions that wait for a character or for the end, in order. None: no text that goes on from here fits. */
  readonly waiting: readonly number[];
  /** The pattern is complete. */
  readonly accepts: boolean;
  /** It is complete if the text ends here. */
  readonly acceptsAtEnd: boolean;
  /** By the class of the next character. */
  readonly next: (State | undefined)[];
}

export interface Automaton {
  /** Before the first character. */
  readonly first: State;
  /** After a character, when nothing of the pattern has been found yet. */
  readonly idle: State;
  /** By the class of the next character. `count` is told how many instructions were looked at. */
  step(state: State, kind: number, count: Count): State;
  /** The class of a character. */
  classOf(code: number, count: Count): number;
}

export type Count = (steps: number) => void;

const MOST_STATES = 1_000;
const MOST_TRANSITIONS = 50_000;

export function createAutomaton(program: Program): Automaton {
  const alphabet = createAlphabet(program);
  const known = new Map<string, State>();
  let transitions = 0;

  function stateOf(froms: readonly number[], atStart: boolean, count: Count): State {
    const reached = reach(program, froms, { atStart, atEnd: false });
    count(reached.seen);
    const key = keyOf(reached, atStart);
    const before = known.get(key);
    if (before) return before;
    const state = { ...reached, acceptsAtEnd: acceptsAtEnd(program, reached, atStart), next: [] };
    known.set(key, state);
    return state;
  }

  function step(state: State, kind: number, count: Count): State {
    if (known.size > MOST_STATES || transitions > MOST_TRANSITIONS) forget();
    const code = alphabet.exampleOf(kind);
    const froms = state.waiting.flatMap((at) => {
      const instruction = program[at]!;
      return instruction.op === 'set' && instruction.has(code) ? [at + 1] : [];
    });
    count(state.waiting.length);
    const next = stateOf([...froms, 0], false, count);
    state.next[kind] = next;
    transitions += 1;
    return next;
  }

  /** All but where texts begin. */
  function forget(): void {
    known.clear();
    for (const state of [first, idle]) {
      state.next.length = 0;
      known.set(keyOf(state, state !== idle), state);
    }
    transitions = 0;
  }

  const idle = stateOf([0], false, () => undefined);
  const first = program.some(({ op }) => op === 'start') ? stateOf([0], true, () => undefined) : idle;
  return { first, idle, step, classOf: alphabet.classOf };
}

type Reached = Pick<State, 'waiting' | 'accepts'>;

const keyOf = ({ waiting, accepts }: Reached, atStart: boolean) =>
  `${atStart ? '^' : ''}${waiting.join(',')}${accepts ? '.' : ''}`;

function acceptsAtEnd(program: Program, { waiting, accepts }: Reached, atStart: boolean): boolean {
  const ends = waiting.filter((at) => program[at]!.op === 'end');
  return accepts || reach(program, ends, { atStart, atEnd: true }).accepts;
}

interface Where {
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** What follows some instructions without a character. */
function reach(program: Program, froms: readonly number[], { atStart, atEnd }: Where) {
  const seen = new Set<number>();
  const waiting: number[] = [];
  const open = [...froms];
  let accepts = false;
  while (open.length > 0) {
    const at = open.pop()!;
    if (seen.has(at)) continue;
    seen.add(at);
    const instruction = program[at]!;
    if (instruction.op === 'match') accepts = true;
    if (instruction.op === 'jump') open.push(instruction.to);
    if (instruction.op === 'split') open.push(instruction.second, instruction.first);
    if ((instruction.op === 'start' && atStart) || (instruction.op === 'end' && atEnd)) open.push(at + 1);
    if (instruction.op === 'set' || instruction.op === 'end') waiting.push(at);
  }
  return { waiting: waiting.sort((a, b) => a - b), accepts, seen: seen.size };
}

/** What becomes of what a thread waits for when it goes on at a step of another version. */
import type { CompiledProgram, CompiledShape } from '../program.ts';
import type { CallShape } from '../shapes/call.ts';
import type { RequestShape } from '../shapes/request.ts';
import type { TaskShape } from '../shapes/task.ts';
import type { Thread, Wait } from '../state.ts';
import type { Relocated } from './relocate.ts';
import { Unfit } from './unfit.ts';

export interface MovedWait {
  /** As it was. Without it the thread comes to its step anew. */
  readonly wait?: Wait;
  /** Timers of a wait that is given up, in the order of its branches. */
  readonly timers: readonly string[];
}

/** Throws Unfit where an answer would come that nothing there takes. */
export function moveWait(
  { wait }: Thread,
  { was, is }: Relocated,
  before: CompiledProgram,
  after: CompiledProgram,
): MovedWait {
  const kind = wait?.for[0]?.kind;
  if (!wait || kind === 'delivery') return { ...(wait ? { wait } : {}), timers: [] };
  if (kind === 'branches') return keepBranches(wait, was!, is);
  if (kind === 'answer' || kind === 'task') return keepAnswer(wait, [was!, before], [is, after]);
  if (was?.kind === 'delay' && is?.kind === 'delay') return { wait, timers: [] };
  return { timers: wait.for.flatMap(({ kind: each, id }) => (each === 'timer' ? [id] : [])) };
}

function keepBranches(wait: Wait, was: CompiledShape, is: CompiledShape | undefined): MovedWait {
  if (is?.kind === was.kind && (is.kind !== 'parallel' || is.blocks.length === was.blocks.length))
    return { wait, timers: [] };
  throw new Unfit(`the ${was.kind} "${was.name}", whose branches run, has other branches there`, was);
}

type Asking = readonly [CompiledShape | undefined, CompiledProgram];

function keepAnswer(wait: Wait, was: Asking, is: Asking): MovedWait {
  const [one, other] = [askedBy(was), askedBy(is)];
  if (one === other) return { wait, timers: [] };
  throw new Unfit(`it waits for the answer to "${was[0]!.name}", which the step there does not ask for`, was[0]);
}

/** Whom a step asks, and for what. */
function askedBy([shape, { messages }]: Asking): string | undefined {
  if (shape?.kind === 'request') return answer('request', (shape as RequestShape).port, shape as RequestShape);
  if (shape?.kind === 'call') return answer('call', (shape as CallShape).orchestration, shape as CallShape);
  if (shape?.kind === 'task') return answer('task', (shape as TaskShape).role, shape as TaskShape);
  return undefined;

  function answer(kind: string, whom: string, { response }: { readonly response: string }): string {
    return `${kind} ${whom} ${messages.get(response)}`;
  }
}

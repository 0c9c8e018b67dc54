/** Threads of control beside each other: how they are branched off, what they wait for, and how they come together again. */
import { emit, newId, parentOf, type Run } from './run.ts';
import type { Outcome } from './shapes/shape.ts';
import type { Frame, Thread, Waited } from './state.ts';

export function branchesOf({ state }: Run, { id = null as string | null }: Thread | { id: null }): Thread[] {
  return state.threads.filter(({ parent }) => parent !== undefined && parent === id);
}

/** The running thread waits until all of these have ended. */
export function branchOff(run: Run, frames: readonly Frame[]): Outcome {
  const parent = run.thread.id ?? null;
  for (const frame of frames) run.state.threads.push({ id: newId(run), parent, frames: [frame] });
  return { to: 'wait', for: [{ kind: 'branches', id: parent ?? '', branch: 0 }] };
}

/** The running thread has come to its end. True when it was a branch; after the last one its parent goes on. */
export function endBranch(run: Run): boolean {
  const { state, thread } = run;
  const parent = parentOf(run, thread);
  if (!parent) return false;
  state.threads.splice(state.threads.indexOf(thread), 1);
  if (branchesOf(run, parent).length === 0) {
    parent.woken = parent.wait!.for[0];
    parent.wait = undefined;
  }
  return true;
}

/** What it waited for no longer counts; its timers and tasks go, but for the one that has come about. */
export function endWait(run: Run, thread: Thread, met?: Waited): void {
  for (const { kind, id } of thread.wait?.for ?? []) {
    if (kind === 'timer' && id !== met?.id) emit(run, { kind: 'cancel-timer', timer: id });
    if (kind === 'task' && id !== met?.id) emit(run, { kind: 'cancel-task', task: id });
  }
  thread.wait = undefined;
  thread.woken = undefined;
  thread.failed = undefined;
}

/** Whether a stored state is one of its program: what was damaged, or written by another release, is told before it does harm. Pure. */
import type { Instance, Program } from '../contracts/orchestration.ts';
import { isPlain } from './plain.ts';
import type { CompiledProgram } from './program.ts';

/** What is wrong, in words that end a sentence; undefined where it can go on. */
export function stateProblem(program: Program, { state, status }: Instance): string | undefined {
  if (status === 'completed' || status === 'terminated') return undefined;
  return problems(state, program as CompiledProgram).next().value;
}

const RECORDS = ['messages', 'variables', 'correlations', 'awaits', 'requests'];
const LISTS = ['inbox', 'doubles', 'threads'];

function* problems(state: unknown, program: CompiledProgram): Generator<string, undefined> {
  if (!isPlain(state)) return yield 'it has none';
  if (!Number.isSafeInteger(state['next'])) yield 'it has no next number';
  for (const name of RECORDS) if (!isPlain(state[name])) yield `its ${name} are no mapping`;
  for (const name of LISTS) if (!Array.isArray(state[name])) yield `its ${name} are no list`;
  const threads = state['threads'] as readonly unknown[];
  if (threads.length === 0) yield 'it has no threads';
  for (const thread of threads) yield* threadProblems(thread, threads, program);
  for (const key of Object.keys(state['awaits'] as object))
    if (!program.awaits.has(key)) yield `its program never waits for ${key}`;
  return undefined;
}

function* threadProblems(
  thread: unknown,
  all: readonly unknown[],
  program: CompiledProgram,
): Generator<string, undefined> {
  if (!isPlain(thread) || !Array.isArray(thread['frames']) || thread['frames'].length === 0)
    return yield 'a thread of it stands nowhere';
  const { parent } = thread;
  const hasParent = (each: unknown) => isPlain(each) && (each['id'] ?? null) === parent;
  if (parent !== undefined && !all.some(hasParent)) yield 'a branch of it has lost its parent';
  const frames = thread['frames'] as readonly unknown[];
  for (const frame of frames) yield* frameProblems(frame, program);
  return undefined;
}

function* frameProblems(frame: unknown, program: CompiledProgram): Generator<string, undefined> {
  if (!isPlain(frame)) return yield 'a place of it is none';
  const { block, index, scope, completed, undoing } = frame;
  if (isPlain(undoing)) return yield* scopeProblems(undoing['queue'], program);
  const steps = typeof block === 'string' ? program.blocks.get(block) : undefined;
  // A scope that was broken off without a compensation or a `finally` has no such block.
  if (!steps && !/\.(compensate|finally)$/.test(String(block))) yield `its program has no ${String(block)}`;
  if (!Number.isInteger(index) || Number(index) < 0 || Number(index) > (steps?.length ?? 0))
    yield `its program has no step ${String(index)} in ${String(block)}`;
  if (scope !== undefined && (!isPlain(scope) || program.shapes.get(String(scope['id']))?.kind !== 'scope'))
    yield 'it stands in a scope that its program does not have';
  if (completed !== undefined) yield* scopeProblems(completed, program);
  return undefined;
}

function* scopeProblems(scopes: unknown, program: CompiledProgram): Generator<string, undefined> {
  if (!Array.isArray(scopes)) return yield 'what it would undo is no list';
  for (const each of scopes as readonly unknown[]) {
    if (!isPlain(each) || program.shapes.get(String(each['scope']))?.kind !== 'scope')
      yield 'it would undo a scope that its program does not have';
    else yield* scopeProblems(each['nested'], program);
  }
  return undefined;
}

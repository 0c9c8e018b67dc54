/**
 * Lets an instance go on under another version of its orchestration, in which it stands where it stood: all that came before in the
 * blocks that it is in is the same there, in kind and name, and nothing that it holds is missing. What comes later may differ. Pure.
 */
import type { Instance, Program } from '../contracts/orchestration.ts';
import type { CompiledProgram } from './program.ts';
import { initialValue } from './start.ts';
import type { Completed, Frame, State } from './state.ts';

export type Moved = { readonly instance: Instance } | { readonly misfit: string };

/** The instance under the version `to`, not yet resumed; or, for people, why it cannot be. */
export function moveInstance(instance: Instance, from: Program, to: Program): Moved {
  const state = instance.state as State;
  const [before, after] = [from, to] as [CompiledProgram, CompiledProgram];
  const misfit = misfits(state, before, after).next().value;
  if (misfit !== undefined) return { misfit };
  const fresh = [...after.variables].map(([name, type]): [string, unknown] => [name, initialValue(type)]);
  const variables = { ...Object.fromEntries(fresh), ...state.variables };
  return {
    instance: {
      ...instance,
      version: to.version,
      late: to.late,
      revision: instance.revision + 1,
      state: { ...state, variables },
    },
  };
}

function* misfits(state: State, before: CompiledProgram, after: CompiledProgram): Generator<string, undefined> {
  for (const { frames } of state.threads) for (const frame of frames) yield* misplaced(frame, before, after);
  for (const name of Object.keys(state.messages)) {
    const [was, is] = [before, after].map(({ messages }) => messages.get(name));
    if (was !== is) yield is ? `the message "${name}" is a ${is} now` : `it has no message "${name}" any more`;
  }
  for (const [name, type] of before.variables) {
    const is = after.variables.get(name);
    if (is?.kind !== type.kind)
      yield is ? `the variable "${name}" is of type ${is.kind} now` : `it has no variable "${name}" any more`;
  }
  for (const [name, values] of Object.entries(state.correlations)) {
    const wanted = [...(after.correlations.get(name)?.properties ?? [])].sort().join();
    if (wanted !== Object.keys(values).sort().join()) yield `the correlation set "${name}" has other properties now`;
  }
  for (const [group, { sets }] of before.convoys) {
    const isOpen = !state.closed?.includes(group) && sets.every((set) => state.correlations[set]);
    if (isOpen && !after.convoys.has(group)) yield `the convoy by ${sets.join(' and ')} is none any more`;
  }
  for (const key of Object.keys(state.awaits)) {
    const { port, type } = before.awaits.get(key)!;
    if (!after.awaits.has(key)) yield `nothing receives ${type} at ${port} by the same correlation sets any more`;
  }
}

/** The frame's place, and what may be undone from there. */
function* misplaced(frame: Frame, before: CompiledProgram, after: CompiledProgram): Generator<string, undefined> {
  const { block, index, completed = [], undoing } = frame;
  if (block !== '') {
    const [was, is] = [before, after].map(({ blocks }) => blocks.get(block));
    if (!is) yield `it has no ${block} any more`;
    const passed = was!.slice(0, index + 1);
    const changed = passed.find(({ kind, name }, at) => is?.[at]?.kind !== kind || is[at].name !== name);
    if (changed)
      yield `the step "${changed.name}" of line ${changed.line} is no longer where it was, or comes after others`;
  }
  yield* notUndone([...completed, ...(undoing?.queue ?? [])], before, after);
}

function* notUndone(
  scopes: readonly Completed[],
  before: CompiledProgram,
  after: CompiledProgram,
): Generator<string, undefined> {
  for (const { scope, nested } of scopes) {
    const [was, is] = [before, after].map(({ shapes }) => shapes.get(scope));
    if (is?.kind !== 'scope' || is.name !== was!.name) yield `the scope "${was!.name}" is no longer where it was`;
    yield* notUndone(nested, before, after);
  }
}

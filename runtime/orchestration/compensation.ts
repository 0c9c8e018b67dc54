/**
 * Compensation: only scopes that completed, each at most once, latest first; a block of its own replaces the nested ones. Also
 * what is left to do of scopes that were broken off.
 */
import { blockId } from './program.ts';
import { framesOf, type Run } from './run.ts';
import type { Completed, Frame, Thrown, Undoing } from './state.ts';

/** The frame that undoes them; what was thrown is thrown on when all is done. Scopes without a block stand for their nested ones. */
export function undoing(run: Run, scopes: readonly Completed[], thrown?: Thrown): Frame & { undoing: Undoing } {
  const queue = plan(run, scopes);
  const { failure: then, depth } = thrown ?? {};
  const on = { ...(then ? { then } : {}), ...(depth === undefined ? {} : { depth }) };
  return { block: '', index: 0, undoing: { queue, ...on } };
}

function plan(run: Run, scopes: readonly Completed[]): Completed[] {
  return scopes
    .toReversed()
    .flatMap((each) => (each.brokenOff || blockOf(run, each) ? [each] : plan(run, each.nested)));
}

function blockOf({ program }: Run, { scope }: Completed): string | undefined {
  const block = blockId([scope, 'compensate']);
  return program.blocks.has(block) ? block : undefined;
}

/** The frame of one scope's compensation block: it sees the scope's messages as they were, and may undo nested scopes. */
export function compensating({ scope, nested, saved, past, items = {}, brokenOff }: Completed): Frame {
  if (brokenOff) return { block: blockId([scope, 'finally']), index: 0, items };
  const then = { view: { ...saved }, past: { ...past }, items };
  return { block: blockId([scope, 'compensate']), index: 0, completed: nested, ...then };
}

/** Takes the completed scopes of a name out of what may be compensated; `all` means those of the nearest enclosing scope. */
export function takeCompleted(run: Run, name: string): Completed[] {
  const lists = framesOf(run).flatMap(({ completed }) => (completed ? [completed] : []));
  if (name === 'all') return lists.at(-1)?.splice(0) ?? [];
  const named = (scope: string) => run.program.shapes.get(scope)?.name === name;
  return lists.flatMap((list) => takeNamed(list, named));
}

function takeNamed(list: Completed[], named: (scope: string) => boolean): Completed[] {
  const taken = list.flatMap((each) => (named(each.scope) ? [each] : takeNamed(each.nested, named)));
  const kept = list.filter(({ scope }) => !named(scope));
  list.splice(0, list.length, ...kept);
  return taken;
}

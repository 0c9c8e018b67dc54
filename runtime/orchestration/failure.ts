/** Errors inside an orchestration: where they come from, who catches them, and what happens on the way there. */
import type { Kind } from '../contracts/errors.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { catalog, type ErrorCode } from '../errors/catalog.ts';
import { branchesOf, endWait } from './branches.ts';
import { undoing } from './compensation.ts';
import { completedIn, emit, itemsOf, parentOf, type Run, track } from './run.ts';
import type { Handler, ScopeShape } from './shapes/scope.ts';
import type { Completed, Failure, Frame, Thread, Thrown } from './state.ts';

/** The failure that a BusError means to an orchestration. Anything else, and what is a bug, is thrown on. */
export function failureOf(thrown: unknown): Failure {
  if (!isBusError(thrown) || thrown.kind === 'bug') throw thrown;
  const { code, fault, message, detail } = thrown;
  return { name: fault ?? code, code, reason: message, ...(detail === undefined ? {} : { detail }) };
}

/** Hands what was thrown in the running thread to the nearest handler. False when there is none: then nothing has changed. */
export function raise(run: Run, thrown: Thrown): boolean {
  if (!isCaught(run, run.thread, thrown)) return false;
  unwind(run, thrown);
  return true;
}

/** Throws into a thread that waits, for itself or for its branches; these are given up. False as of `raise`. */
export function throwInto(run: Run, thread: Thread, thrown: Thrown): boolean {
  if (!isCaught(run, thread, thrown)) return false;
  run.thread = thread;
  endWait(run, thread);
  const compensation = undoing(run, giveUpBranches(run, thread), thrown);
  if (compensation.undoing.queue.length > 0) thread.frames.push(compensation);
  else unwind(run, thrown);
  return true;
}

function isCaught(run: Run, thread: Thread, thrown: Thrown): boolean {
  if (catchingFrame(run, thread, thrown) >= 0) return true;
  const parent = parentOf(run, thread);
  return parent !== undefined && isCaught(run, parent, { failure: thrown.failure });
}

function catchingFrame(run: Run, { frames }: Thread, { failure, depth = frames.length - 1 }: Thrown): number {
  return frames.findLastIndex((frame, index) => index <= depth && handlerOf(run, frame, failure) !== undefined);
}

function handlerOf({ program }: Run, { scope }: Frame, failure: Failure): string | undefined {
  if (!scope || scope.caught) return undefined;
  const { handlers } = program.shapes.get(scope.id) as ScopeShape;
  return handlers.find((handler) => matches(handler, failure, [...program.ports.keys()]))?.block;
}

/** By its kind, or `any`, a name or code, or one of these after the logical port whose request or delivery failed. */
function matches({ error: wanted, kind }: Handler, failure: Failure, ports: readonly string[]): boolean {
  if (kind !== undefined && kind !== kindOf(failure)) return false;
  if (wanted === 'any') return true;
  const dot = wanted.indexOf('.');
  const ofPort = dot > 0 && ports.includes(wanted.slice(0, dot));
  if (ofPort && failure.port !== wanted.slice(0, dot)) return false;
  const name = ofPort ? wanted.slice(dot + 1) : wanted;
  return name === 'any' || name === failure.name || name === failure.fault || name === failure.code;
}

function kindOf({ code }: Failure): Kind | undefined {
  return Object.hasOwn(catalog, code) ? catalog[code as ErrorCode].kind : undefined;
}

/**
 * Leaves frames down to the one that catches. Scopes on the way compensate what completed within them, and run their `finally`,
 * before it is thrown on. Of a branch in which nothing catches, the error becomes one of the step that branched it off.
 */
function unwind(run: Run, thrown: Thrown): void {
  const { thread } = run;
  const catching = catchingFrame(run, thread, thrown);
  while (thread.frames.length - 1 > catching) {
    const left = thread.frames.pop()!;
    if (left.scope?.timer) emit(run, { kind: 'cancel-timer', timer: left.scope.timer });
    if (pushCleanUp(run, left, thrown)) return;
  }
  if (catching >= 0) enterHandler(run, thrown.failure);
  else throwInto(run, parentOf(run, thread)!, { failure: thrown.failure });
}

/** What is to be done before the error goes on; false when there is nothing. */
function pushCleanUp(run: Run, left: Frame, thrown: Thrown): boolean {
  const { frames } = run.thread;
  const undone = left.completed ?? left.undoing?.queue.toReversed() ?? [];
  if (!left.scope && !left.view) return leaveUndone(run, undone, thrown);
  const last = left.scope && (run.program.shapes.get(left.scope.id) as ScopeShape).last;
  const compensation = undoing(run, undone, last === undefined ? thrown : undefined);
  if (last !== undefined) frames.push({ block: last, index: 0, thrown });
  if (compensation.undoing.queue.length > 0)
    frames.push(
      last === undefined ? compensation : { ...compensation, undoing: { ...compensation.undoing, below: true } },
    );
  return last !== undefined || compensation.undoing.queue.length > 0;
}

/** What was not undone any more stays to be undone further out; what was broken off is ended first. */
function leaveUndone(run: Run, undone: readonly Completed[], thrown: Thrown): boolean {
  const brokenOff = undone.filter((each) => each.brokenOff);
  completedIn(run)?.push(...undone.filter((each) => !each.brokenOff));
  if (brokenOff.length > 0) run.thread.frames.push(undoing(run, brokenOff, thrown));
  return brokenOff.length > 0;
}

/** The scope's own frame becomes its handler's: what completed within it can be compensated there. */
function enterHandler(run: Run, failure: Failure): void {
  const { frames } = run.thread;
  const frame = frames.pop()!;
  const { id, timer } = frame.scope!;
  if (timer) emit(run, { kind: 'cancel-timer', timer });
  const shape = run.program.shapes.get(id)!;
  frames.push({
    block: handlerOf(run, frame, failure)!,
    index: 0,
    scope: { id, caught: true },
    completed: frame.completed ?? [],
    error: failure,
  });
  track(run, 'error-caught', shape.name, { code: failure.code, error: failure.name });
}

/**
 * Ends all branches of a thread where they stand. Gives what is to be undone, in the order in which it came about: scopes that completed
 * within scopes which had not, and these, of which the `finally` is still to be done.
 */
function giveUpBranches(run: Run, thread: Thread): Completed[] {
  return branchesOf(run, thread).flatMap((branch) => {
    const within = giveUpBranches(run, branch);
    const items = itemsOf(run, branch);
    endWait(run, branch);
    for (const { scope } of branch.frames) if (scope?.timer) emit(run, { kind: 'cancel-timer', timer: scope.timer });
    run.state.threads.splice(run.state.threads.indexOf(branch), 1);
    const open = branch.frames.filter(({ scope, view, undoing: under }) => scope || view || under);
    return [
      ...open.flatMap((frame) => [
        ...brokenOff(run, frame, items),
        ...(frame.completed ?? frame.undoing?.queue.toReversed() ?? []),
      ]),
      ...within,
    ];
  });
}

function brokenOff({ program }: Run, { scope }: Frame, items: Readonly<Record<string, unknown>>): Completed[] {
  if (!scope || (program.shapes.get(scope.id) as ScopeShape).last === undefined) return [];
  return [{ scope: scope.id, nested: [], saved: {}, items, brokenOff: true }];
}

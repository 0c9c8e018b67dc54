/** Errors inside an orchestration: where they come from, who catches them, and what happens on the way there. */
import { isBusError } from '../errors/as-bus-error.ts';
import { undoing } from './compensation.ts';
import { type Run, track } from './run.ts';
import type { ScopeShape } from './shapes/scope.ts';
import type { Failure, Frame } from './state.ts';

/** The failure that a BusError means to an orchestration. Anything else, and what is a bug, is thrown on. */
export function failureOf(thrown: unknown): Failure {
  if (!isBusError(thrown) || thrown.kind === 'bug') throw thrown;
  const { code, fault, message, detail } = thrown;
  return { name: fault ?? code, code, reason: message, ...(detail === undefined ? {} : { detail }) };
}

/** Hands a failure to the nearest handler. False when there is none: then nothing has changed. */
export function raise(run: Run, failure: Failure): boolean {
  const { frames } = run.thread;
  const catching = frames.findLastIndex((frame) => handlerOf(run, frame, failure) !== undefined);
  if (catching < 0) return false;
  unwind(run, catching, failure);
  return true;
}

function handlerOf({ program }: Run, { scope }: Frame, failure: Failure): string | undefined {
  if (!scope || scope.caught) return undefined;
  const { handlers } = program.shapes.get(scope.id) as ScopeShape;
  return handlers.find(({ error }) => matches(error, failure, [...program.ports.keys()]))?.block;
}

/** `any`, a name or code, or either of them after the logical port whose request failed. */
function matches(wanted: string, failure: Failure, ports: readonly string[]): boolean {
  if (wanted === 'any') return true;
  const dot = wanted.indexOf('.');
  const ofPort = dot > 0 && ports.includes(wanted.slice(0, dot));
  if (ofPort && failure.port !== wanted.slice(0, dot)) return false;
  const name = ofPort ? wanted.slice(dot + 1) : wanted;
  return name === 'any' || name === failure.name || name === failure.code;
}

/** Leaves frames down to the one that catches. Scopes on the way compensate what completed within them first. */
function unwind(run: Run, catching: number, failure: Failure): void {
  const { frames } = run.thread;
  while (frames.length - 1 > catching) {
    const left = frames.pop()!;
    const undone = left.completed ?? left.undoing?.queue.toReversed() ?? [];
    if (left.scope || left.view) {
      const compensation = undoing(run, undone, failure);
      if (compensation.undoing!.queue.length === 0) continue;
      frames.push(compensation);
      return;
    }
    listBelow(frames)?.push(...undone);
  }
  enterHandler(run, failure);
}

const listBelow = (frames: readonly Frame[]) => frames.findLast(({ completed }) => completed)?.completed;

/** The scope's own frame becomes its handler's: what completed within it can be compensated there. */
function enterHandler(run: Run, failure: Failure): void {
  const { frames } = run.thread;
  const frame = frames.pop()!;
  const shape = run.program.shapes.get(frame.scope!.id)!;
  frames.push({
    block: handlerOf(run, frame, failure)!,
    index: 0,
    scope: { id: shape.id, caught: true },
    completed: frame.completed ?? [],
    error: failure,
  });
  track(run, 'error-caught', shape.name, { code: failure.code, error: failure.name });
}

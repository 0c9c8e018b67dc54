/** Runs a thread of control until it waits, ends or fails for good. */

import { busError } from '../errors/bus-error.ts';
import { compensating } from './compensation.ts';
import { failureOf, raise } from './failure.ts';
import type { CompiledShape } from './program.ts';
import { type Run, track } from './run.ts';
import { shapes } from './shapes/index.ts';
import type { Outcome } from './shapes/shape.ts';
import type { Failure, Frame, InstanceFailure, Status } from './state.ts';

/** How a thread stands after a step. */
export interface Standing {
  readonly status: Status;
  readonly failure?: InstanceFailure;
}

/** Shapes that may pass without a wait. */
const LIMIT = 10_000;

export function runThread(run: Run): Standing {
  const { thread, program } = run;
  for (let passed = 0; passed < LIMIT; passed += 1) {
    const frame = thread.frames.at(-1)!;
    const shape = program.blocks.get(frame.block)?.[frame.index];
    const standing = frame.undoing ? undo(run, frame) : shape ? pass(run, frame, shape) : endBlock(run, frame);
    if (standing) return standing;
  }
  const { code, message } = busError('STEP_LIMIT', { limit: LIMIT });
  return suspended(run, { name: code, code, reason: message });
}

function pass(run: Run, frame: Frame, shape: CompiledShape): Standing | undefined {
  const { woken } = run.thread;
  run.thread.woken = undefined;
  run.seen?.add(shape.id);
  return apply(
    run,
    frame,
    shape,
    attempt(() => shapes.get(shape.kind)!.step(shape, run, woken)),
  );
}

function attempt(step: () => Outcome): Outcome {
  try {
    return step();
  } catch (thrown) {
    return { to: 'raise', failure: failureOf(thrown) };
  }
}

function apply(run: Run, frame: Frame, shape: CompiledShape, outcome: Outcome): Standing | undefined {
  if (outcome.to === 'wait') {
    run.thread.wait = { for: outcome.for };
    return { status: 'waiting' };
  }
  if (outcome.to === 'raise') return raise(run, outcome.failure) ? undefined : suspended(run, outcome.failure, shape);
  if (outcome.to === 'again') return undefined;
  if (shapes.get(shape.kind)!.tracked) passedBy(run, shape, outcome);
  if (outcome.to === 'end') return { status: outcome.status };
  if (outcome.to === 'enter') run.thread.frames.push(outcome.frame);
  else frame.index += 1;
  return outcome.to === 'suspend'
    ? { status: 'suspended', failure: { ...outcome.failure, shape: shape.name, line: shape.line } }
    : undefined;
}

function passedBy(run: Run, { name, kind, line }: CompiledShape, outcome: Outcome): void {
  const reason = outcome.to === 'end' && outcome.reason !== '' ? { reason: outcome.reason } : {};
  track(run, 'shape-passed', name, { kind, line, ...reason });
}

/** Nothing is undone: when it is resumed, the shape that failed is tried again. */
function suspended(run: Run, { code, reason }: Failure, shape?: CompiledShape): Standing {
  const at = shape ?? currentShape(run);
  return { status: 'suspended', failure: { code, reason, shape: at?.name ?? '', line: at?.line ?? 0 } };
}

function currentShape({ thread, program }: Run): CompiledShape | undefined {
  const { block, index } = thread.frames.findLast(({ undoing }) => !undoing)!;
  return program.blocks.get(block)?.[index];
}

function endBlock(run: Run, ended: Frame): Standing | undefined {
  const { thread, program } = run;
  thread.frames.pop();
  const frame = thread.frames.at(-1);
  if (!frame) return { status: 'completed' };
  if (frame.undoing) return undefined;
  leave(run, frame, program.blocks.get(frame.block)![frame.index]!, ended);
  return undefined;
}

function leave(run: Run, frame: Frame, shape: CompiledShape, ended: Frame): void {
  const outcome = shapes.get(shape.kind)!.leave?.(shape, run, ended) ?? { to: 'next' };
  if (outcome.to === 'next') frame.index += 1;
}

/** Starts the next compensation block; after the last, goes on where it was asked for, or throws on. */
function undo(run: Run, { undoing }: Frame): Standing | undefined {
  const { frames } = run.thread;
  const { queue, then } = undoing!;
  const next = queue.shift();
  if (next) {
    track(run, 'compensation-started', run.program.shapes.get(next.scope)!.name);
    frames.push(compensating(next));
    return undefined;
  }
  const ended = frames.pop()!;
  if (then) return raise(run, then) ? undefined : suspended(run, then);
  const frame = frames.at(-1)!;
  leave(run, frame, run.program.blocks.get(frame.block)![frame.index]!, ended);
  return undefined;
}

/** Runs the threads of control of an instance until all of them wait, or it ends. */
import { busError } from '../errors/bus-error.ts';
import { endBranch } from './branches.ts';
import { compensating } from './compensation.ts';
import { awaitDeliveries } from './deliveries.ts';
import { failureOf, raise } from './failure.ts';
import type { CompiledShape } from './program.ts';
import { type Run, rollBack, track } from './run.ts';
import { shapes } from './shapes/index.ts';
import type { Outcome } from './shapes/shape.ts';
import type { Failure, Frame, InstanceFailure, State, Status, Thrown } from './state.ts';

/** How an instance stands after a step. */
export interface Standing {
  readonly status: Status;
  readonly failure?: InstanceFailure;
}

/** Shapes that may pass in one step. */
const LIMIT = 10_000;

/** In the order in which they were branched off, each until it waits. */
export function runThreads(run: Run): Standing {
  for (let next = runnable(run.state); next; next = runnable(run.state)) {
    run.thread = next;
    const ended = runThread(run);
    if (ended) return ended;
  }
  const failure = run.state.threads.find(({ failed }) => failed)?.failed;
  return failure ? { status: 'suspended', failure } : { status: 'waiting' };
}

const runnable = ({ threads }: State) => threads.find(({ wait, failed }) => !wait && !failed);

/** How the instance ends, if it does. An error may go on in another thread, which is the running one then. */
function runThread(run: Run): Standing | undefined {
  const { program } = run;
  while (isRunnable(run)) {
    if (run.passed >= LIMIT) {
      const { code, message } = busError('STEP_LIMIT', { limit: LIMIT });
      const at = currentShape(run);
      rollBack(run);
      suspend(run, { code, reason: message }, at);
      return undefined;
    }
    run.passed += 1;
    const frame = run.thread.frames.at(-1)!;
    const shape = program.blocks.get(frame.block)?.[frame.index];
    if (frame.undoing) undo(run, frame);
    else if (shape) {
      const ended = pass(run, frame, shape);
      if (ended) return ended;
    } else if (endBlock(run, frame)) return endBranch(run) ? undefined : { status: 'completed' };
  }
  return undefined;
}

const isRunnable = ({ thread: { wait, failed } }: Run) => !wait && !failed;

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
  if (outcome.to === 'wait') run.thread.wait = { for: outcome.for };
  if (outcome.to === 'raise') {
    rollBack(run);
    throwOn(run, { failure: outcome.failure }, shape);
  }
  if (outcome.to === 'wait' || outcome.to === 'raise' || outcome.to === 'again') return undefined;
  if (shapes.get(shape.kind)!.tracked) passedBy(run, shape, outcome);
  if (outcome.to === 'end') return { status: outcome.status };
  if (outcome.to === 'enter') run.thread.frames.push(outcome.frame);
  else frame.index += 1;
  if (outcome.to === 'suspend') suspend(run, outcome.failure, shape);
  return undefined;
}

function passedBy(run: Run, { name, kind, line }: CompiledShape, outcome: Outcome): void {
  const reason = outcome.to === 'end' && outcome.reason !== '' ? { reason: outcome.reason } : {};
  track(run, 'shape-passed', name, { kind, line, ...reason });
}

function throwOn(run: Run, thrown: Thrown, shape?: CompiledShape): void {
  if (!raise(run, thrown)) suspend(run, thrown.failure, shape ?? currentShape(run));
}

/** Nothing is undone: when it is resumed, the shape that failed is tried again. */
export function suspend({ thread }: Run, { code, reason }: Pick<Failure, 'code' | 'reason'>, at?: CompiledShape): void {
  thread.failed = { code, reason, shape: at?.name ?? '', line: at?.line ?? 0 };
}

/** At the end of a block it is the shape that holds the block. */
function currentShape({ thread, program }: Run): CompiledShape | undefined {
  const places = thread.frames.filter(({ undoing }) => !undoing);
  return places.map(({ block, index }) => program.blocks.get(block)?.[index]).findLast((shape) => shape);
}

/** True when it was the thread's last one. */
function endBlock(run: Run, ended: Frame): boolean {
  const { thread, program } = run;
  if (endsLater(run, ended)) return false;
  thread.frames.pop();
  if (ended.thrown) {
    throwOn(run, ended.thrown);
    return false;
  }
  const frame = thread.frames.at(-1);
  if (!frame) return true;
  if (!frame.undoing) leave(run, frame, program.blocks.get(frame.block)![frame.index]!, ended);
  return false;
}

/** Whether something that was sent in the block has not arrived yet, or never will, which is thrown. */
function endsLater(run: Run, ended: Frame): boolean {
  run.thread.woken = undefined;
  const open = awaitDeliveries([ended]);
  if (open && 'to' in open) run.thread.wait = { for: open.for };
  else if (open) throwOn(run, { failure: open.failure }, run.program.shapes.get(open.shape));
  return open !== undefined;
}

function leave(run: Run, frame: Frame, shape: CompiledShape, ended: Frame): void {
  const outcome = shapes.get(shape.kind)!.leave?.(shape, run, ended) ?? { to: 'next' };
  if (outcome.to === 'next') frame.index += 1;
  if (outcome.to === 'enter') run.thread.frames.push(outcome.frame);
}

/** Starts the next compensation block, or the `finally` of a scope that was broken off; after the last, goes on where it was asked for, or throws on. */
function undo(run: Run, { undoing }: Frame): void {
  const { frames } = run.thread;
  const { queue, then, depth, below } = undoing!;
  const next = queue.shift();
  if (next) {
    if (!next.brokenOff) track(run, 'compensation-started', run.program.shapes.get(next.scope)!.name);
    frames.push(compensating(next));
    return;
  }
  const ended = frames.pop()!;
  if (then) throwOn(run, { failure: then, ...(depth === undefined ? {} : { depth }) });
  else if (!below) {
    const frame = frames.at(-1)!;
    leave(run, frame, run.program.blocks.get(frame.block)![frame.index]!, ended);
  }
}

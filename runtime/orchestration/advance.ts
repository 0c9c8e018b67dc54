/**
 * The interpreter: takes an instance one event further. Pure and deterministic: no I/O, clock or chance. Errors of the
 * process become part of the instance; only bugs are thrown. What an instance no longer waits for is ignored, and a
 * message that nothing will take is given back by a `return` command.
 */
import type { Event, Instance, Loaded, Program, Step } from '../contracts/orchestration.ts';
import { busError } from '../errors/bus-error.ts';
import { endWait } from './branches.ts';
import { noteDelivery } from './deliveries.ts';
import { throwInto } from './failure.ts';
import { arrive, returnUnwanted, settleAwaits } from './inbox.ts';
import { INTERPRETER_VERSION } from './interpreter-version.ts';
import type { CompiledProgram } from './program.ts';
import { createRun, emit, type Run, track } from './run.ts';
import { runThreads, type Standing, suspend } from './run-thread.ts';
import type { ScopeShape } from './shapes/scope.ts';
import { messagesOf, type Thread, type Waited } from './state.ts';

/** `seen` takes the places of the shapes that are passed. */
export function advance(
  program: Program,
  instance: Instance,
  event: Event,
  loaded: ReadonlyMap<string, Loaded>,
  seen?: Set<string>,
): Step {
  if (instance.interpreter !== INTERPRETER_VERSION)
    throw busError('INTERPRETER_UNKNOWN', { instance: instance.id, version: instance.interpreter });
  const run = createRun(program as CompiledProgram, instance, event, loaded, seen);
  return finish(run, hasEnded(instance) ? afterEnd(run) : take(run));
}

/** The end of a step: what is waited for, or, where the instance has ended with it, what is not any more. */
export function finish(run: Run, standing: Standing): Step {
  if (standing.status !== 'completed' && standing.status !== 'terminated') settleAwaits(run);
  else if (!hasEnded(run.instance)) endAll(run);
  return { instance: next(run, standing), commands: run.commands };
}

/** Its subscriptions and timers go with it; what people were asked, and what it holds, does not by itself. */
function endAll(run: Run): void {
  for (const { wait } of run.state.threads) {
    for (const { kind, id } of wait?.for ?? []) if (kind === 'task') emit(run, { kind: 'cancel-task', task: id });
  }
  returnUnwanted(run);
}

function take(run: Run): Standing {
  const { event, instance } = run;
  if (event.kind === 'cancelled') return { status: 'terminated' };
  const before: Standing = { status: instance.status, ...(instance.failure ? { failure: instance.failure } : {}) };
  if (event.kind === 'received' && !arrive(run, event.port, event.message, event.await)) return before;
  const noted = noteDelivery(run);
  const goesOn = event.kind === 'resumed' ? resumed(run) : wakes(run) || timesOut(run);
  if (goesOn) return runThreads(run);
  if (event.kind !== 'received' && !noted) ignore(run);
  return before;
}

function resumed({ instance, state }: Run): boolean {
  for (const thread of state.threads) thread.failed = undefined;
  return instance.status === 'suspended';
}

/** Whether the event is what a thread waits for; then its other waits are over. */
function wakes(run: Run): boolean {
  const { event, instance, state } = run;
  if (event.kind === 'received' && instance.revision === 0) return true;
  for (const thread of state.threads) {
    const found = thread.wait?.for.find((waited) => isMet(waited, run));
    if (!found) continue;
    endWait(run, thread, found);
    thread.woken = found;
    return true;
  }
  return false;
}

/** Whether it is the time limit of a scope. What nothing catches suspends the instance; resumed, it waits on without a limit. */
function timesOut(run: Run): boolean {
  const { event, program } = run;
  const place = event.kind === 'timer' ? timed(run, event.id) : undefined;
  if (!place) return false;
  const { thread, depth } = place;
  const { id } = thread.frames[depth]!.scope!;
  const shape = program.shapes.get(id) as ScopeShape;
  thread.frames[depth] = { ...thread.frames[depth]!, scope: { id, caught: false } };
  const { code, message } = busError('SCOPE_TIMEOUT', { scope: shape.name, timeout: shape.timeout?.text ?? '' });
  const failure = { name: 'Timeout', code, reason: message };
  run.thread = thread;
  if (!throwInto(run, thread, { failure, depth })) suspend(run, failure, shape);
  return true;
}

function timed({ state }: Run, timer: string): { thread: Thread; depth: number } | undefined {
  for (const thread of state.threads) {
    const depth = thread.frames.findIndex(({ scope }) => scope?.timer === timer);
    if (depth >= 0) return { thread, depth };
  }
  return undefined;
}

function isMet({ kind, id }: Waited, { event, state }: Run): boolean {
  if (event.kind === 'timer') return kind === 'timer' && id === event.id;
  if (event.kind === 'responded' || event.kind === 'refused')
    return (kind === 'answer' || kind === 'task') && id === event.id;
  if (event.kind === 'delivered' || event.kind === 'undelivered') return kind === 'delivery' && id === event.id;
  return event.kind === 'received' && kind === 'message' && state.inbox.at(-1)!.keys.includes(id);
}

function afterEnd(run: Run): Standing {
  const { event, instance } = run;
  ignore(run);
  if (event.kind === 'received') emit(run, { kind: 'return', message: event.message.id });
  return { status: instance.status };
}

function ignore(run: Run): void {
  const { event } = run;
  track(run, 'event-ignored', '', { event: event.kind, ...('id' in event ? { id: event.id } : {}) });
}

const hasEnded = ({ status }: Instance) => status === 'completed' || status === 'terminated';

function next({ instance, state }: Run, { status, failure }: Standing): Instance {
  const { failure: _, ...kept } = instance;
  const ended = status === 'completed' || status === 'terminated';
  const messages = ended ? [] : messagesOf(state);
  return { ...kept, status, revision: instance.revision + 1, messages, state, ...(failure ? { failure } : {}) };
}

/** The type of the answer that a waiting request expects; undefined when nothing waits for it. For tests of orchestrations. */
export function awaitedAnswer(program: Program, instance: Instance, send: string): string | undefined {
  const run = createRun(program as CompiledProgram, instance, { kind: 'resumed', at: 0 } satisfies Event, new Map());
  const asking = run.state.threads.find(({ wait }) =>
    wait?.for.some(({ kind, id }) => (kind === 'answer' || kind === 'task') && id === send),
  );
  if (!asking) return undefined;
  const { block, index } = asking.frames.at(-1)!;
  const shape = run.program.blocks.get(block)?.[index];
  return shape && 'response' in shape ? program.messages.get(String(shape.response)) : undefined;
}

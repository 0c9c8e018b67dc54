/**
 * Lets an instance go on under another version of its orchestration: where it stood, or where a migration says. Its subscriptions and
 * timers are exchanged for those of the version; nothing that it has passed is done again. Pure. An instance that does not fit there
 * stays as it is, with the reason.
 */
import type { Instant } from '../../contracts/clock.ts';
import type { Instance, Loaded, Migration, Program, Step } from '../../contracts/orchestration.ts';
import { finish } from '../advance.ts';
import { ahead } from '../ahead.ts';
import { stateProblem } from '../check-state.ts';
import { isOfConvoy } from '../convoy.ts';
import { INTERPRETER_VERSION } from '../interpreter-version.ts';
import type { CompiledProgram, CompiledShape } from '../program.ts';
import { createRun, emit, type Run } from '../run.ts';
import { runThreads, type Standing } from '../run-thread.ts';
import type { State, Thread } from '../state.ts';
import { placeOf } from './find-step.ts';
import { closedAfter, correlationsAfter, declare, exchangeAwaits, messagesAfter, variablesAfter } from './held.ts';
import type { CompiledMigration } from './migration.ts';
import { moveWait } from './move-wait.ts';
import { relocate, within } from './relocate.ts';
import { Unfit } from './unfit.ts';
import { type Versions, versionsOf } from './versions.ts';

export interface Migrating {
  readonly instance: Instance;
  readonly from: Program;
  readonly to: Program;
  readonly migration?: Migration | undefined;
  /** Logical ports that are bound elsewhere under the version. */
  readonly rebound: ReadonlySet<string>;
  readonly at: Instant;
  /** All messages that the instance holds. */
  readonly loaded: ReadonlyMap<string, Loaded>;
}

/** Why an instance does not fit, and the step where it stands under the version that it has. */
export interface Misfit {
  readonly reason: string;
  readonly shape: string;
  readonly line: number;
}

export type Migrated = { readonly step: Step } | { readonly misfit: Misfit };

export function migrateInstance(migrating: Migrating): Migrated {
  const before = migrating.from as CompiledProgram;
  try {
    return { step: take(migrating, before, migrating.to as CompiledProgram) };
  } catch (thrown) {
    if (!(thrown instanceof Unfit)) throw thrown;
    const at = thrown.at ?? placeOfInstance(migrating.instance, before);
    return { misfit: { reason: thrown.message, shape: at?.name ?? '', line: at?.line ?? 0 } };
  }
}

/** Nowhere, where its state is none of the program. */
export const placeOfInstance = (instance: Instance, program: CompiledProgram): CompiledShape | undefined =>
  stateProblem(program, instance) === undefined ? standingAt(instance.state as State, program) : undefined;

/** The step at which the first of its threads waits. */
function standingAt({ threads }: State, { blocks }: CompiledProgram): CompiledShape | undefined {
  const tops = threads.toReversed().flatMap(({ frames }) => frames.toReversed());
  return tops.map(({ block, index }) => blocks.get(block)?.[index]).find((shape) => shape);
}

function take(migrating: Migrating, before: CompiledProgram, after: CompiledProgram): Step {
  const { instance, rebound, at, loaded } = migrating;
  if (instance.interpreter !== INTERPRETER_VERSION)
    throw new Unfit(`its state is of another interpreter, version ${instance.interpreter}`);
  const problem = stateProblem(before, instance);
  if (problem !== undefined) throw new Unfit(`its state is none of its orchestration: ${problem}`);
  const migration = migrating.migration as CompiledMigration | undefined;
  const versions = versionsOf(before, after, migration);
  const state = structuredClone(instance.state) as State;
  const moved = moveThreads(state, versions);
  const held: State = {
    ...state,
    messages: messagesAfter(state, versions),
    variables: variablesAfter(state, versions, migration),
    correlations: correlationsAfter(state, versions, migration),
    threads: moved.map(({ thread }) => thread),
  };
  const closed = closedAfter(state, versions);
  if (closed.length > 0) held.closed = closed;
  const current = { ...instance, version: after.version, late: after.late, state: held };
  const run = createRun(after, current, { kind: 'resumed', at }, loaded);
  declare(run, migration);
  for (const [index, thread] of run.state.threads.entries()) checkReady(run, thread, moved[index]!.is, versions, state);
  exchangeAwaits(run, versions, migration, rebound);
  for (const timer of moved.flatMap(({ timers }) => timers)) emit(run, { kind: 'cancel-timer', timer });
  return finish(run, goOn(run, moved));
}

interface MovedThread {
  readonly thread: Thread;
  readonly is: CompiledShape | undefined;
  /** To be cancelled at once. */
  readonly timers: readonly string[];
  /** Of the listen that it waited at, which the listen that it comes to may keep. */
  readonly spare: readonly string[];
}

function moveThreads({ threads }: State, versions: Versions): MovedThread[] {
  const places = new Map<string | null, { was: CompiledShape | undefined; is: CompiledShape | undefined }>();
  return threads.map((thread) => {
    const parent = thread.parent === undefined ? undefined : places.get(thread.parent);
    const first = thread.frames[0]!.block;
    const root = parent?.was && parent.is ? `${parent.is.id}${within(first, parent.was)}` : 'body';
    const place = relocate(thread, root, versions);
    places.set(thread.id ?? null, place);
    const { wait, timers: spare } = moveWait(thread, place, versions.before, versions.after);
    const { wait: _, ...kept } = thread;
    const keepsTimers = place.was?.kind === 'listen' && place.is?.kind === 'listen';
    return {
      thread: { ...kept, frames: place.frames, ...(wait ? { wait } : {}) },
      is: place.is,
      timers: keepsTimers ? place.timers : [...place.timers, ...spare],
      spare: keepsTimers ? spare : [],
    };
  });
}

/** What is certain at the step for the version must be so, as far as it counts from there on. */
function checkReady(
  run: Run,
  thread: Thread,
  is: CompiledShape | undefined,
  { after, before }: Versions,
  old: State,
): void {
  const known = is && after.known.get(is.id);
  const at = standingAt({ ...old, threads: old.threads.filter(({ id }) => id === thread.id) }, before);
  const { state } = run;
  const has = (name: string) =>
    Object.hasOwn(state.messages, name) ||
    state.threads.some(({ frames }) => frames.some(({ view, past }) => view?.[name] ?? past?.[name]));
  const names = ahead(after, thread, after.looksWithin);
  for (const name of known?.messages ?? [])
    if (names.has(name) && !has(name))
      throw new Unfit(`it has no message "${name}", which is looked at from "${is!.name}" of line ${is!.line} on`, at);
  const sets = ahead(after, thread, after.followsWithin);
  for (const set of known?.sets ?? [])
    if (sets.has(set) && !state.correlations[set])
      throw new Unfit(
        `the correlation set "${set}" has no values, and "${is!.name}" of line ${is!.line} or a later step follows it`,
        at,
      );
  for (const key of ahead(after, thread, after.awaitsWithin)) {
    if (!isOfConvoy(after, key) || isOfOpenConvoy(run, key)) continue;
    const { port, type } = after.awaits.get(key)!;
    throw new Unfit(`${type} at ${port} comes by a convoy now, which began without it`, at);
  }
}

const isOfOpenConvoy = ({ program: { convoys }, state: { closed } }: Run, key: string) =>
  [...convoys].some(([group, { keys }]) => keys.has(key) && !closed?.includes(group));

/** Threads whose wait is over come to their steps anew; the delays of a listen keep their time. */
function goOn(run: Run, moved: readonly MovedThread[]): Standing {
  const { status, failure } = run.instance;
  const anew = moved.filter(({ thread }) => !thread.wait && !thread.failed);
  const standing = anew.length > 0 ? runThreads(run) : { status, ...(failure ? { failure } : {}) };
  for (const { thread, is, spare } of moved) keepTimers(run, thread, is, spare);
  return standing;
}

function keepTimers(run: Run, { id }: Thread, is: CompiledShape | undefined, spare: readonly string[]): void {
  const thread = run.state.threads.find((each) => each.id === id);
  const top = thread?.frames.at(-1);
  const stays = is && top?.block === placeOf(is).block && top.index === placeOf(is).index;
  const left = [...spare];
  if (thread?.wait && stays) {
    thread.wait = {
      for: thread.wait.for.map((waited) => {
        const timer = waited.kind === 'timer' ? left.shift() : undefined;
        if (timer === undefined) return waited;
        run.commands.splice(
          run.commands.findIndex((command) => command.kind === 'timer' && command.id === waited.id),
          1,
        );
        return { ...waited, id: timer };
      }),
    };
  }
  for (const timer of left) emit(run, { kind: 'cancel-timer', timer });
}

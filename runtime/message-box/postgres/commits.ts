/**
 * Group commit over a connection: whatever is asked for while one transaction is under way shares the next. A batch that
 * fails as a whole is done piece by piece, so that only the guilty one fails. While the server is away, work rejects.
 */
import type { Instant } from '../../contracts/clock.ts';
import { busError } from '../../errors/bus-error.ts';
import { takeBack } from '../store.ts';
import { type Done, doTogether, type Hands, type Work } from './batch.ts';
import { isConflict, isInTheWay, isLost, mayTryAgain } from './errors.ts';
import { type LoadSources, load } from './load.ts';
import { HOPEFUL, type Loaded } from './loaded.ts';
import { createNeeds, type Needs, notLoaded } from './needs.ts';
import type { Session } from './session.ts';
import { createWorkingSet, type WorkingSet, type WorkingSources } from './working-set.ts';
import { writeSteps } from './write.ts';
import { seenStep } from './write-routing.ts';

export interface CommitSources extends Omit<WorkingSources, 'loaded' | 'takeSeq'>, Omit<LoadSources, 'run' | 'now'> {
  readonly session: Session;
  readonly hands: Hands;
  readonly latest: () => Instant;
  readonly asError: (thrown: unknown) => Error;
  /** It is durable; in the order of commits, before those who wait for it go on. */
  readonly committed: (set: WorkingSet, done: Done) => void;
}

export interface Commits {
  submit<T>(work: Work<T>): Promise<T>;
  /** Resolves when all that was submitted before has been answered. */
  idle(): Promise<void> | undefined;
  close(): Promise<void>;
  readonly closed: boolean;
}

interface Queued {
  readonly work: Work<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Pieces of work in one transaction. */
const MOST = 500;
const MOST_BYTES = 8 * 1024 * 1024;
/** Sequence numbers more for every piece of work that found none. */
const SOME = 20;
/** So often a batch is done anew, for what it did not know or what others did meanwhile. */
const TRIES = 40;

export function createCommits(sources: CommitSources): Commits {
  const { asError } = sources;
  const queue: Queued[] = [];
  let closed = false;
  let running: Promise<void> | undefined;
  let current: readonly Queued[] = [];
  let waiting: { readonly last: Queued; readonly resolve: () => void }[] = [];

  function submit<T>(work: Work<T>): Promise<T> {
    if (closed) return Promise.reject(busError('STORE_CLOSED'));
    return new Promise<T>((resolve, reject) => {
      queue.push({ work, resolve, reject });
      running ??= drain();
    });
  }

  async function drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      current = queue.splice(0, batchLength(queue));
      await answer(current);
      release(({ last }) => current.includes(last));
    }
    current = [];
    running = undefined;
    release(() => true);
  }

  function release(isOver: (entry: (typeof waiting)[number]) => boolean): void {
    const over = waiting.filter(isOver);
    waiting = waiting.filter((entry) => !over.includes(entry));
    for (const { resolve } of over) resolve();
  }

  async function answer(batch: readonly Queued[]): Promise<void> {
    let finished: Finished;
    try {
      finished = await together(batch, sources);
    } catch (thrown) {
      if (isLost(thrown)) giveUp([...batch, ...queue.splice(0)], thrown);
      else if (batch.length === 1 || isInTheWay(thrown)) giveUp(batch, thrown);
      else await inHalves(batch);
      return;
    }
    // Outside of what is tried again: it has happened.
    sources.committed(finished.set, finished.done);
    for (const [index, outcome] of finished.done.outcomes.entries()) {
      const { resolve, reject } = batch[index]!;
      if (outcome && 'value' in outcome) resolve(outcome.value as never);
      else reject(asError(outcome?.refused));
    }
  }

  /** Which of them broke it is not known: it is alone in the end. */
  async function inHalves(batch: readonly Queued[]): Promise<void> {
    const half = batch.length >> 1;
    await answer(batch.slice(0, half));
    await answer(batch.slice(half));
  }

  /** Nobody waits longer than the first for a server that is away. */
  function giveUp(batch: readonly Queued[], thrown: unknown): void {
    const error = asError(thrown);
    for (const { reject } of batch) reject(error);
  }

  return {
    submit,
    idle: () => {
      const last = queue.at(-1) ?? current.at(-1);
      return last && new Promise<void>((resolve) => void waiting.push({ last, resolve }));
    },
    close: async () => {
      closed = true;
      await running;
    },
    get closed() {
      return closed;
    },
  };
}

interface Finished {
  readonly done: Done;
  readonly set: WorkingSet;
}

/** As many as one transaction takes. */
function batchLength(queue: readonly Queued[]): number {
  let bytes = 0;
  const end = queue.findIndex(({ work }, index) => {
    bytes += work.bytes;
    return index > 0 && (index === MOST || bytes > MOST_BYTES);
  });
  return end < 0 ? queue.length : end;
}

/** Throws before anything has happened. */
async function together(batch: readonly Queued[], sources: CommitSources): Promise<Finished> {
  const works = batch.map(({ work }) => work);
  return (await hopefully(works, sources)) ?? (await surely(works, sources));
}

/** In one round trip, by what this process knows; undefined when it did not come out so, and nothing happened. */
async function hopefully(works: readonly Work<unknown>[], sources: CommitSources): Promise<Finished | undefined> {
  const { seqs, session } = sources;
  seqs.begin(sources.latest());
  if (!works.every((work) => fast(work))) return undefined;
  const set = workingSet(HOPEFUL, sources);
  const before = seqs.left;
  const done = doTogether(works, set, sources.hands);
  const hasAll = done.outcomes.every((outcome) => outcome && 'value' in outcome);
  const steps = hasAll ? writeSteps(set.changes, sources.mirror) : [];
  if (steps.length === 0) {
    takeBack(done.handed);
    return undefined;
  }
  const refill = seqs.left < 2 * (before - seqs.left) ? [seqs.fetch(4 * (before - seqs.left))] : [];
  try {
    const written = await session.write([...refill, seenStep(sources.mirror), ...steps], false);
    if (written.done) {
      if (refill.length > 0 && written.answers) seqs.fetched(written.answers[0]!, sources.latest());
      return { done, set };
    }
  } catch (thrown) {
    if (!isConflict(thrown)) {
      takeBack(done.handed);
      throw thrown;
    }
  }
  seqs.forget();
  takeBack(done.handed);
  return undefined;
}

function fast(work: Work<unknown>): boolean {
  try {
    return work.isFast();
  } catch {
    return false; // What is wrong with it is told where it is done.
  }
}

/** By what the database says, in a transaction that holds what it looked at. */
async function surely(works: readonly Work<unknown>[], sources: CommitSources): Promise<Finished> {
  const needs = createNeeds();
  for (const work of works) gatherSafely(work, needs);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const finished = await attempt(works, needs, sources).catch(async (thrown) => {
      if (!isLost(thrown)) await sources.session.rollBack();
      if (!isConflict(thrown) && !mayTryAgain(thrown)) throw thrown;
      return undefined;
    });
    if (finished) return finished;
    sources.seqs.forget();
  }
  throw new Error('other hosts were quicker each time');
}

function gatherSafely(work: Work<unknown>, needs: Needs): void {
  try {
    work.gather(needs);
  } catch {
    // What is wrong with it is told where it is done.
  }
}

/** Undefined: once more, by then with what was missing. */
async function attempt(
  works: readonly Work<unknown>[],
  needs: Needs,
  sources: CommitSources,
): Promise<Finished | undefined> {
  const { session, mirror, seqs } = sources;
  const loaded = await load(needs, { ...sources, run: session.run, now: sources.latest() });
  const set = workingSet(loaded, sources);
  const done = doTogether(works, set, sources.hands);
  if (done.missing.length > 0) {
    takeBack(done.handed);
    for (const more of done.missing) more(needs);
    await session.rollBack();
    return undefined;
  }
  const steps = writeSteps(set.changes, mirror);
  if (steps.length === 0) {
    await session.rollBack();
    seqs.forget();
    return { done, set };
  }
  try {
    const { done: durable } = await session.write(steps, true);
    if (!durable) {
      takeBack(done.handed);
      return undefined;
    }
  } catch (thrown) {
    takeBack(done.handed);
    throw thrown;
  }
  return { done, set };
}

function workingSet(loaded: Loaded, sources: CommitSources): WorkingSet {
  const { mirror, leases, known, held, seqs } = sources;
  const takeSeq = () => {
    const seq = seqs.take();
    if (seq !== undefined) return seq;
    throw notLoaded((needs) => {
      needs.seqs += SOME;
    });
  };
  return createWorkingSet({ loaded, mirror, leases, known, held, takeSeq });
}

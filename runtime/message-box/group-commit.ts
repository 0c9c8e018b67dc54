/**
 * Group commit: whatever is asked for during a few turns of the event loop is done in one transaction, in the order of
 * asking, and resolves once that is durable. While one group is made durable the next one is written. One that is refused,
 * or that breaks, never spoils the others.
 */
import { busError } from '../errors/bus-error.ts';

export interface Transactions {
  /**
   * A flush waits for so many turns of the event loop. A turn without traffic costs microseconds; under load each brings
   * more to share a commit that is dear.
   */
  readonly turns: number;
  begin(): void;
  commit(): void;
  rollback(): void;
  /** Resolves once all that was committed before the call is durable. Without it, it is durable when `commit` returns. */
  readonly sync?: () => Promise<void>;
  /** What the caller is told about something unexpected. */
  asError(thrown: unknown): Error;
  /** After every commit, before the next transaction: what is to happen before those who waited go on. */
  committed(): Answer;
}

export interface Work<T> {
  /** Throws to refuse; changes nothing. */
  check?(): void;
  run(): T;
  /** In place of `run`, once it has failed or shared a transaction with what failed: nothing but what was asked for. */
  alone?(): T;
}

export interface GroupCommit {
  submit<T>(work: Work<T>): Promise<T>;
  /** Does what is queued and waits until it is durable; later work rejects with STORE_CLOSED. */
  close(): Promise<void>;
  readonly closed: boolean;
  /** Transactions so far. */
  readonly flushes: number;
}

interface Queued {
  readonly work: Work<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** What follows from a commit. */
export interface Answer {
  /** It is durable. */
  give(): void;
  /** It was committed, but cannot be made durable. */
  fail(error: Error): void;
}

export function createGroupCommit(transactions: Transactions): GroupCommit {
  const { turns } = transactions;
  let queue: Queued[] = [];
  let written: Answer[] = [];
  let syncing: Promise<void> | undefined;
  let closed = false;
  /** A sync failed: what the disk holds is unknown until the store is opened again. */
  let broken: Error | undefined;
  let flushes = 0;

  function submit<T>(work: Work<T>): Promise<T> {
    if (closed) return Promise.reject(busError('STORE_CLOSED'));
    if (broken) return Promise.reject(broken);
    return new Promise<T>((resolve, reject) => {
      if (queue.length === 0) flushAfter(turns);
      queue.push({ work, resolve, reject });
    });
  }

  function flushAfter(more: number): void {
    setImmediate(() => (more > 1 ? flushAfter(more - 1) : flush()));
  }

  function flush(): void {
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    try {
      together(batch);
    } catch (thrown) {
      // Which of them broke it is not known here: each is tried by itself, and only the guilty one fails.
      const error = undo(thrown);
      if (batch.length === 1 && !batch[0]!.work.alone) batch[0]!.reject(error);
      else for (const queued of batch) alone(queued);
    }
  }

  /** Throws before anybody has been answered. */
  function together(batch: readonly Queued[]): void {
    const answers: Answer[] = [];
    transactions.begin();
    for (const queued of batch) answers.push(answer(queued));
    transactions.commit();
    flushes += 1;
    durably([transactions.committed(), ...answers]);
  }

  function answer({ work, resolve, reject }: Queued): Answer {
    try {
      work.check?.();
    } catch (thrown) {
      const refuse = () => reject(transactions.asError(thrown));
      return { give: refuse, fail: refuse };
    }
    const value = work.run() as never;
    return { give: () => resolve(value), fail: reject };
  }

  function durably(answers: readonly Answer[]): void {
    if (!transactions.sync) {
      for (const { give } of answers) give();
      return;
    }
    written.push(...answers);
    syncing ??= syncWritten(transactions.sync);
  }

  /** One sync at a time; each serves all that was committed before it began. */
  async function syncWritten(sync: () => Promise<void>): Promise<void> {
    while (written.length > 0) {
      const answers = written;
      written = [];
      try {
        await sync();
      } catch (thrown) {
        broken = transactions.asError(thrown);
      }
      for (const { give, fail } of answers) broken ? fail(broken) : give();
    }
    syncing = undefined;
  }

  function alone({ work, ...queued }: Queued): void {
    try {
      together([{ ...queued, work: { ...work, run: () => (work.alone ?? work.run)() } }]);
    } catch (thrown) {
      queued.reject(undo(thrown));
    }
  }

  function undo(thrown: unknown): Error {
    try {
      transactions.rollback();
      return transactions.asError(thrown);
    } catch (again) {
      return transactions.asError(again);
    }
  }

  return {
    submit,
    close: async () => {
      flush();
      closed = true;
      await syncing;
    },
    get closed() {
      return closed;
    },
    get flushes() {
      return flushes;
    },
  };
}

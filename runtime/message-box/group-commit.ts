/**
 * Group commit: whatever is asked for during a few turns of the event loop is done in one transaction, in the order of
 * asking, and resolves after its commit. One that is refused, or that breaks, never spoils the others.
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
  /** What the caller is told about something unexpected. */
  asError(thrown: unknown): Error;
  /** After every commit, before those who waited for it go on. */
  committed(): void;
}

export interface Work<T> {
  /** Throws to refuse; changes nothing. */
  check?(): void;
  run(): T;
}

export interface GroupCommit {
  submit<T>(work: Work<T>): Promise<T>;
  /** Does what is queued; later work rejects with STORE_CLOSED. */
  close(): void;
  readonly closed: boolean;
  /** Transactions so far. */
  readonly flushes: number;
}

interface Queued {
  readonly work: Work<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit(transactions: Transactions): GroupCommit {
  const { turns } = transactions;
  let queue: Queued[] = [];
  let closed = false;
  let flushes = 0;

  function submit<T>(work: Work<T>): Promise<T> {
    if (closed) return Promise.reject(busError('STORE_CLOSED'));
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
      if (batch.length === 1) batch[0]!.reject(error);
      else for (const queued of batch) alone(queued);
    }
  }

  /** Throws before anybody has been answered. */
  function together(batch: readonly Queued[]): void {
    const answers: (() => void)[] = [];
    transactions.begin();
    for (const queued of batch) answers.push(answer(queued));
    commit();
    for (const give of answers) give();
  }

  function answer({ work, resolve, reject }: Queued): () => void {
    try {
      work.check?.();
    } catch (thrown) {
      return () => reject(transactions.asError(thrown));
    }
    const value = work.run() as never;
    return () => resolve(value);
  }

  function alone(queued: Queued): void {
    try {
      together([queued]);
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

  function commit(): void {
    transactions.commit();
    flushes += 1;
    transactions.committed();
  }

  return {
    submit,
    close: () => {
      flush();
      closed = true;
    },
    get closed() {
      return closed;
    },
    get flushes() {
      return flushes;
    },
  };
}

/**
 * The connection that writes, and how the outcome of a commit is told whose answer was lost. This box has a row of its own,
 * which every transaction stamps with its number, under an epoch that every new connection moves on: so a transaction of an
 * old connection has either happened by then or never will.
 */
import { isLost, lost, mayTryAgain } from './errors.ts';
import { createLink, type Link, type LinkOptions, type Run } from './link.ts';
import { type Answer, type Statement, type Step, step } from './pipeline.ts';

export interface Session {
  /** Within a transaction, or alone. */
  readonly run: Run;
  /** Of this box; the same for as long as it lives. */
  readonly id: string;
  /**
   * Ends a transaction (`open`) or is one. True: it is durable. False: nothing of it happened, for the connection was lost; it
   * may be tried again. Rejects with what the server refuses, or with an error that `isLost` when nobody knows.
   */
  write(steps: readonly Step[], open: boolean): Promise<Written>;
  rollBack(): Promise<void>;
  close(steps: readonly Step[]): Promise<void>;
}

export interface Written {
  readonly done: boolean;
  readonly answers?: readonly Answer[];
}

const REGISTER: Statement = {
  name: 'box_register',
  text: 'INSERT INTO boxes (epoch, batch) VALUES (1, 0) RETURNING id',
};
const TAKE: Statement = {
  name: 'box_take',
  text: 'UPDATE boxes SET epoch = epoch + 1 WHERE id = $1::bigint RETURNING epoch, batch',
};
const STAMP: Statement = {
  name: 'box_stamp',
  text: `WITH changed AS (
    UPDATE boxes SET batch = $2::bigint WHERE id = $1::bigint AND epoch = $3::bigint RETURNING 1
  ) SELECT expect(count(*), 1) FROM changed`,
};
const LEAVE: Statement = { name: 'box_leave', text: 'DELETE FROM boxes WHERE id = $1::bigint' };
const WHO: Statement = {
  name: 'box_who',
  text: 'SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()',
};
/** A lost connection may live on at the server, with all its locks. */
const END: Statement = {
  name: 'box_end',
  text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid = $1::int AND backend_start = $2::timestamptz AND pid <> pg_backend_pid()`,
};
const COMMIT: Statement = { name: 'commit', text: 'COMMIT' };
const ROLLBACK: Statement = { name: 'rollback', text: 'ROLLBACK' };

export function createSession(options: LinkOptions): Session {
  let id: string | undefined;
  let epoch = '0';
  let stored = 0;
  let batch = 0;
  let self: Answer[number] | undefined;
  const link: Link = createLink({ ...options, setUp });

  async function setUp(run: Run): Promise<void> {
    await options.setUp?.(run);
    if (self) await run([step(END, self[0]!, self[1]!)]);
    self = (await run([step(WHO)]))[0]![0]!;
    const taken = id === undefined ? [] : (await run([step(TAKE, id)]))[0]!;
    if (taken[0]) {
      epoch = taken[0][0]!;
      stored = Number(taken[0][1]);
      return;
    }
    id = (await run([step(REGISTER)]))[0]![0]![0]!;
    epoch = '1';
    stored = -1;
  }

  return {
    run: link.run,
    get id() {
      return id ?? '';
    },
    write: async (steps, open) => {
      batch += 1;
      const number = batch;
      const stamp = step(STAMP, id!, String(number), epoch);
      try {
        return { done: true, answers: await link.run([...steps, stamp, ...(open ? [step(COMMIT)] : [])]) };
      } catch (thrown) {
        if (!mayTryAgain(thrown)) throw thrown;
        await link.connect().catch(() => {
          throw lost('the connection was lost while committing, and whether it was written is not known', 'unknown');
        });
        return { done: stored === number };
      }
    },
    rollBack: async () => {
      await link.run([step(ROLLBACK)]).catch((thrown) => {
        if (!isLost(thrown)) throw thrown;
      });
    },
    close: async (steps) => {
      if (id !== undefined) await link.run([...steps, step(LEAVE, id)]).catch(() => {});
      await link.close();
    },
  };
}

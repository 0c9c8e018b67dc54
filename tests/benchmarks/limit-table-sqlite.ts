/** The tables of the hand-written limit in one SQLite file: the log is synced before anybody is answered. */
import { DatabaseSync } from 'node:sqlite';
import type { LimitTable, TakenWork } from './limit-table.ts';

const TABLES = `
  PRAGMA journal_mode=WAL;
  PRAGMA synchronous=FULL;
  CREATE TABLE queue (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE work (seq INTEGER PRIMARY KEY, message INTEGER NOT NULL, taker INTEGER NOT NULL, until INTEGER NOT NULL);
`;

export function openLimitTableSqlite(path: string): LimitTable {
  const database = new DatabaseSync(path);
  database.exec(TABLES);
  const insert = database.prepare('INSERT INTO queue (seq, body) VALUES (?, ?)');
  const insertWork = database.prepare('INSERT INTO work (seq, message, taker, until) VALUES (?, ?, ?, 0)');
  const next = database.prepare(
    'SELECT work.seq AS work, message, body FROM work JOIN queue ON queue.seq = message WHERE work.seq > ? ORDER BY work.seq LIMIT ?',
  );
  const mark = database.prepare('UPDATE work SET until = 1 WHERE seq BETWEEN ? AND ?');
  const removeWork = database.prepare('DELETE FROM work WHERE seq = ?');
  const remove = database.prepare('DELETE FROM queue WHERE seq = ?');
  const durably = groupCommit(database);
  let messages = 0;
  /** Counted here: SQLite begins anew once a table is empty, and `take` would find nothing. */
  let works = 0;
  let taken = 0;
  return {
    insert: (body, takers) =>
      durably(() => {
        insert.run(++messages, body);
        for (let taker = 0; taker < takers; taker += 1) insertWork.run(++works, messages, taker);
        return messages;
      }),
    take: (limit) =>
      durably(() => {
        const rows = next.all(taken, limit) as unknown as TakenWork[];
        if (rows.length > 0) mark.run(rows[0]!.work, rows.at(-1)!.work);
        taken = rows.at(-1)?.work ?? taken;
        return rows;
      }),
    settle: ({ work, message }) =>
      durably(() => {
        removeWork.run(work);
        remove.run(message);
      }),
    remove: (message) => durably(() => void remove.run(message)),
    close: async () => database.close(),
  };
}

/** Whatever is asked for during one turn of the event loop is one transaction. */
function groupCommit(database: DatabaseSync): <T>(run: () => T) => Promise<T> {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  let queue: { readonly run: () => unknown; readonly resolve: (value: never) => void }[] = [];
  function flush(): void {
    const group = queue;
    queue = [];
    begin.run();
    const values = group.map(({ run }) => run() as never);
    commit.run();
    for (const [index, { resolve }] of group.entries()) resolve(values[index]!);
  }
  return (run) =>
    new Promise((resolve) => {
      if (queue.push({ run, resolve }) === 1) setImmediate(flush);
    });
}

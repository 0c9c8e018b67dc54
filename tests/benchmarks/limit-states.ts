/** States of a process by hand: what comes together is made durable together. The least that keeps what W4 keeps. */
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';

export interface States {
  /** Durable when it resolves: a new state with its document; gives its number. */
  begin(body: Buffer): Promise<number>;
  /** Durable when it resolves. */
  moveOn(state: number, step: number, answer: Buffer): Promise<void>;
}

interface Change {
  readonly state: number;
  readonly step: number;
  readonly body: Buffer;
}

export async function openStates(store: string): Promise<States> {
  const write = store.startsWith('postgres') ? await postgres(store) : sqlite(store);
  let made = 0;
  let waiting: { readonly change: Change; readonly done: () => void; readonly failed: (thrown: unknown) => void }[] =
    [];
  let running = false;

  async function flush(): Promise<void> {
    running = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(group.map(({ change }) => change));
        for (const { done } of group) done();
      } catch (thrown) {
        for (const { failed } of group) failed(thrown);
      }
    }
    running = false;
  }

  const durably = (change: Change) =>
    new Promise<void>((done, failed) => {
      waiting.push({ change, done, failed });
      if (!running) void flush();
    });

  return {
    begin: async (body) => {
      const state = ++made;
      await durably({ state, step: 0, body });
      return state;
    },
    moveOn: (state, step, body) => durably({ state, step, body }),
  };
}

type Write = (changes: readonly Change[]) => Promise<void>;

function sqlite(path: string): Write {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;');
  database.exec('CREATE TABLE states (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, body BLOB NOT NULL)');
  const insert = database.prepare('INSERT INTO states VALUES (?, ?, ?)');
  const update = database.prepare('UPDATE states SET step = ?, body = ? WHERE seq = ?');
  return async (changes) => {
    database.exec('BEGIN IMMEDIATE');
    for (const { state, step, body } of changes) {
      if (step === 0) insert.run(state, step, body);
      else update.run(step, body, state);
    }
    database.exec('COMMIT');
  };
}

async function postgres(url: string): Promise<Write> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE states (seq bigint PRIMARY KEY, step int NOT NULL, body bytea NOT NULL)');
  const text = `INSERT INTO states SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[])
    ON CONFLICT (seq) DO UPDATE SET step = excluded.step, body = excluded.body`;
  return async (changes) => {
    const columns = [
      changes.map(({ state }) => state),
      changes.map(({ step }) => step),
      changes.map(({ body }) => body),
    ];
    await client.query({ name: 'move', text, values: columns });
  };
}

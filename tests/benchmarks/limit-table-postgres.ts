/** The tables of the hand-written limit in PostgreSQL: one statement a group, whatever the number of its rows. */
import { Client } from 'pg';
import type { LimitTable, TakenWork } from './limit-table.ts';

const TABLES = `
  CREATE TABLE queue (seq bigint PRIMARY KEY, body bytea NOT NULL);
  CREATE TABLE work (seq bigserial PRIMARY KEY, message bigint NOT NULL, taker integer NOT NULL, until bigint NOT NULL);
`;
const INSERT = 'INSERT INTO queue (seq, body) SELECT * FROM unnest($1::bigint[], $2::bytea[])';
const INSERT_WORK = `
  WITH stored AS (INSERT INTO queue (seq, body) SELECT * FROM unnest($1::bigint[], $2::bytea[]))
  INSERT INTO work (message, taker, until)
  SELECT message, taker, 0 FROM unnest($1::bigint[], $3::integer[]) AS given(message, takers), generate_series(1, takers) AS taker`;
const TAKE = `
  WITH next AS (SELECT seq, message FROM work WHERE seq > $1 ORDER BY seq LIMIT $2)
  UPDATE work SET until = 1 FROM next JOIN queue ON queue.seq = next.message
  WHERE work.seq = next.seq RETURNING work.seq AS work, work.message, body`;
const SETTLE = `
  WITH ended AS (DELETE FROM work WHERE seq = ANY($1::bigint[]))
  DELETE FROM queue WHERE seq = ANY($2::bigint[])`;
const REMOVE = 'DELETE FROM queue WHERE seq = ANY($1::bigint[])';

export async function openLimitTablePostgres(url: string): Promise<LimitTable> {
  const open = async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  };
  const clients = [await open(), await open(), await open()] as const;
  const [inserting, taking, removing] = clients;
  await inserting.query(TABLES);
  let messages = 0;
  let reached = 0;

  const insert = grouped(async (group: readonly { seq: number; body: Uint8Array; takers: number }[]) => {
    const values: unknown[] = [group.map(({ seq }) => seq), group.map(({ body }) => body)];
    if (group.every(({ takers }) => takers === 0)) {
      await inserting.query({ name: 'insert', text: INSERT, values });
    } else {
      values.push(group.map(({ takers }) => takers));
      await inserting.query({ name: 'insert work', text: INSERT_WORK, values });
    }
    return group.map(({ seq }) => seq);
  });

  const take = grouped(async (limits: readonly number[]) => {
    const values = [reached, limits.reduce((sum, limit) => sum + limit, 0)];
    const { rows } = await taking.query<{ work: string; message: string }>({ name: 'take', text: TAKE, values });
    const taken = rows.map(({ work, message }): TakenWork => ({ work: Number(work), message: Number(message) }));
    for (const { work } of taken) reached = Math.max(reached, work);
    return limits.map((limit) => taken.splice(0, limit));
  });

  const settle = grouped(async (group: readonly TakenWork[]) => {
    const values = [group.map(({ work }) => work), group.map(({ message }) => message)];
    await removing.query({ name: 'settle', text: SETTLE, values });
    return group.map(() => undefined);
  });

  const remove = grouped(async (group: readonly number[]) => {
    await removing.query({ name: 'remove', text: REMOVE, values: [group] });
    return group.map(() => undefined);
  });

  return {
    insert: (body, takers) => insert({ seq: ++messages, body, takers }),
    take,
    settle,
    remove,
    close: async () => {
      for (const client of clients) await client.end();
    },
  };
}

/** While one group is on its way, the next one gathers. */
function grouped<In, Out>(run: (group: readonly In[]) => Promise<readonly Out[]>): (given: In) => Promise<Out> {
  type Waiting = {
    readonly given: In;
    readonly resolve: (value: Out) => void;
    readonly reject: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let busy = false;

  async function flush(): Promise<void> {
    for (busy = true; waiting.length > 0; ) {
      const group = waiting;
      waiting = [];
      try {
        const answers = await run(group.map(({ given }) => given));
        for (const [index, { resolve }] of group.entries()) resolve(answers[index]!);
      } catch (thrown) {
        for (const { reject } of group) reject(thrown);
      }
      await turn();
    }
    busy = false;
  }

  return (given) =>
    new Promise((resolve, reject) => {
      waiting.push({ given, resolve, reject });
      if (busy) return;
      busy = true;
      setImmediate(() => void flush());
    });
}

/** So that those who were just answered come along at once. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

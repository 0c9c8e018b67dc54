/** SQL: parameters, types that JSON would change, transactions, what a database refuses. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { sql } from '../../../adapters/sql/adapter.ts';
import type { SqlReceiveConfig, SqlSendConfig } from '../../../adapters/sql/config.ts';
import { parameterised } from '../../../adapters/sql/parameters.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { superviseLocation } from '../../../runtime/testing/supervised-location.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type FreshDatabase, freshDatabase } from '../../servers/postgres.ts';

const signal = new AbortController().signal;
let folder: string;
let path: string;
let lite: DatabaseSync;
let database: FreshDatabase;
let direct: Client;
beforeAll(async () => {
  database = await freshDatabase();
  direct = new Client({ connectionString: database.url });
  await direct.connect();
});
afterAll(async () => {
  await direct.end();
  await database.drop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-sql-'));
  path = join(folder, 'a.db');
  lite = new DatabaseSync(path);
  lite.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, done INTEGER DEFAULT 0)');
});
afterEach(() => {
  lite.close();
  rmSync(folder, { recursive: true });
});

async function send(config: Omit<SqlSendConfig, 'database'>, body: unknown, at = `sqlite:${path}`, twoWay = false) {
  const port = sql.send!({ database: at, ...config }, testAdapterContext({ twoWay }));
  try {
    const answer = await port.send(
      testMessage({ id: 'm-1', bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' }),
      signal,
    );
    return answer && (JSON.parse(Buffer.from(await bytesOf(answer.parts[0])).toString()) as unknown);
  } finally {
    await port.close();
  }
}

async function received(config: Omit<SqlReceiveConfig, 'database'>, count: number, at = `sqlite:${path}`) {
  const context = testAdapterContext({});
  const location = superviseLocation(sql.receive!({ database: at, poll: '10ms', ...config }, context), context);
  location.start();
  await eventually('all came', () => location.seen.length >= count);
  await eventually('they are consumed', async () => config.consume === undefined || left() === 0);
  await location.stop();
  expect(location.failures).toEqual([]);
  return location;
}

const rows = () => lite.prepare('SELECT * FROM t ORDER BY id').all() as { id: number; name: string }[];
const left = () => rows().filter((row) => (row as { done?: number }).done === 0).length;

test.each([
  ['INSERT INTO t VALUES (:a, :b.c, :a)', 'INSERT INTO t VALUES ($1, $2, $1)', ['a', 'b.c']],
  [
    'SELECT \':a\', x::text, ":b" -- :c\n FROM t WHERE y = :d /* :e */',
    'SELECT \':a\', x::text, ":b" -- :c\n FROM t WHERE y = $1 /* :e */',
    ['d'],
  ],
  ["DO $x$ SELECT ':a' :b $x$; SELECT :c", "DO $x$ SELECT ':a' :b $x$; SELECT $1", ['c']],
  ["SELECT 'it''s :a', :b", "SELECT 'it''s :a', $1", ['b']],
  ["SELECT time '10:30', :a", "SELECT time '10:30', $1", ['a']],
])('parameters of %s', (statement, text, names) => {
  expect(parameterised(statement, (index) => `$${index}`)).toEqual({ text, names });
});

describe('sending', () => {
  const INSERT = 'INSERT INTO t (id, name) VALUES (:id, :who.name)';

  test('fields of the body, at any depth; values are never part of the statement', async () => {
    await send({ statement: INSERT }, { id: 1, who: { name: "x'); DROP TABLE t; --" } });
    expect(rows()).toMatchObject([{ id: 1, name: "x'); DROP TABLE t; --" }]);
  });

  test('a list in one transaction: all of it or nothing', async () => {
    const items = [1, 2, 3].map((id) => ({ id, who: { name: `n${id}` } }));
    await send({ statement: INSERT, each: 'items' }, { items });
    expect(rows()).toHaveLength(3);
    const bad = [
      { id: 4, who: { name: 'n' } },
      { id: 3, who: { name: 'n' } },
    ];
    await expect(send({ statement: INSERT, each: '.' }, bad)).rejects.toMatchObject({
      code: 'ENDPOINT_REFUSED',
      kind: 'message',
    });
    expect(rows()).toHaveLength(3);
  });

  test('rows come back through a two-way port', async () => {
    lite.exec("INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'b')");
    expect(
      await send({ statement: 'SELECT id, name FROM t WHERE id >= :from ORDER BY id' }, { from: 2 }, undefined, true),
    ).toEqual([{ id: 2, name: 'b' }]);
  });

  test('a field that is absent is null, which the table may refuse', async () => {
    await expect(send({ statement: INSERT }, { id: 1 })).rejects.toMatchObject({ code: 'ENDPOINT_REFUSED' });
  });

  test('a database that another has locked is waited for, while all else goes on', async () => {
    lite.exec('BEGIN IMMEDIATE');
    const sending = send({ statement: 'INSERT INTO t (name) VALUES (:name)' }, { name: 'late' });
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 5);
    await eventually('others have their turn', () => turns > 5);
    clearInterval(counting);
    lite.exec('COMMIT');
    await sending;
    expect(lite.prepare('SELECT name FROM t').all()).toEqual([{ name: 'late' }]);
  });

  test('one that stays locked is given up after the deadline', async () => {
    lite.exec('BEGIN IMMEDIATE');
    const sending = send({ statement: 'INSERT INTO t (name) VALUES (:name)', deadline: '80ms' }, { name: 'never' });
    await expect(sending).rejects.toMatchObject({ kind: 'transient', message: expect.stringContaining('locked') });
    lite.exec('COMMIT');
    expect(lite.prepare('SELECT name FROM t').all()).toEqual([]);
  });

  test('a body that is no list or no JSON; a file that is not there', async () => {
    await expect(send({ statement: INSERT, each: 'items' }, { items: 3 })).rejects.toMatchObject({ kind: 'message' });
    await expect(send({ statement: INSERT }, {}, `sqlite:${path}.not`)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    });
  });

  test('a procedure of PostgreSQL, and what it raises', async () => {
    await direct.query(`CREATE TABLE paid (id bigint PRIMARY KEY, amount numeric);
      CREATE PROCEDURE pay(n bigint, amount numeric) LANGUAGE plpgsql AS $$ BEGIN
        IF amount < 0 THEN RAISE EXCEPTION 'a payment is not negative'; END IF;
        INSERT INTO paid VALUES (n, amount); END $$`);
    const config = { statement: 'CALL pay(:id, :amount)' };
    await send(config, { id: 1, amount: '12.50' }, database.url);
    expect((await direct.query('SELECT * FROM paid')).rows).toEqual([{ id: '1', amount: '12.50' }]);
    await expect(send(config, { id: 2, amount: '-1' }, database.url)).rejects.toMatchObject({
      code: 'ENDPOINT_REFUSED',
      message: expect.stringContaining('a payment is not negative') as string,
    });
  });

  test('a password stands in no error', async () => {
    const wrong = new URL(database.url);
    wrong.username = 'nobody';
    wrong.password = 'hush';
    const failure = (await send({ statement: 'SELECT 1' }, {}, wrong.href).catch((thrown: unknown) => thrown)) as Error;
    expect(failure.message).not.toContain('hush');
    expect(failure).toMatchObject({ name: 'BusError' });
  });
});

describe('receiving', () => {
  const FILL = "INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')";

  test('row by row, consumed in the transaction', async () => {
    lite.exec(FILL);
    const query = 'SELECT id, name FROM t WHERE done = 0 ORDER BY id LIMIT 2';
    const location = await received({ query, consume: 'UPDATE t SET done = 1 WHERE id = :id', key: 'id' }, 3);
    expect(location.seen.map((text) => JSON.parse(text) as unknown)).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      { id: 3, name: 'c' },
    ]);
    expect(new Set(location.incoming.map(({ key }) => key)).size).toBe(3);
  });

  test('all of a look as one message', async () => {
    lite.exec(FILL);
    const query = 'SELECT id FROM t WHERE done = 0';
    const location = await received({ query, consume: 'UPDATE t SET done = 1 WHERE id = :id', each: 'poll' }, 1);
    expect(location.seen.map((text) => JSON.parse(text) as unknown)).toEqual([[{ id: 1 }, { id: 2 }, { id: 3 }]]);
  });

  test('without a consume statement, a row has the same key each time', async () => {
    lite.exec(FILL);
    const location = await received({ query: 'SELECT id, name FROM t WHERE id = 1', key: 'id' }, 2);
    expect(new Set(location.incoming.map(({ key }) => key)).size).toBe(1);
  });

  test('numbers, decimals, dates and bytes keep what they are', async () => {
    await direct.query(`CREATE TABLE kinds AS SELECT 9007199254740993::bigint AS big, 7::bigint AS small, 12.50::numeric AS amount,
      '2026-07-01'::date AS day, '2026-07-01 08:30:00+01'::timestamptz AS at, '\\x00ff'::bytea AS bytes, '{"a":1}'::jsonb AS doc, true AS flag`);
    const location = await received({ query: 'SELECT * FROM kinds', key: 'big' }, 1, database.url);
    expect(JSON.parse(location.seen[0]!)).toMatchObject({
      big: '9007199254740993',
      small: 7,
      amount: '12.50',
      day: '2026-07-01',
      bytes: 'AP8=',
      doc: { a: 1 },
      flag: true,
    });
  });

  test('two hosts that poll the same table with SKIP LOCKED share its rows', async () => {
    await direct.query("CREATE TABLE jobs AS SELECT g AS id, 'x' AS body FROM generate_series(1, 60) g");
    const query = 'SELECT id FROM jobs ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED';
    const config = { database: database.url, query, consume: 'DELETE FROM jobs WHERE id = :id', poll: '10ms' };
    const context = testAdapterContext({});
    const locations = [1, 2].map(() => superviseLocation(sql.receive!(config, context), context));
    for (const location of locations) location.start();
    await eventually('none is left', async () => (await direct.query('SELECT 1 FROM jobs')).rows.length === 0);
    for (const location of locations) await location.stop();
    const seen = locations.flatMap((location) => location.seen);
    expect([seen.length, new Set(seen).size]).toEqual([60, 60]);
  });
});

describe('from a watermark on', () => {
  /** Runs until `count` rows are taken; the watermark is kept as the MessageBox would. */
  async function taken(
    config: Omit<SqlReceiveConfig, 'database'>,
    count: number,
    kept: { value?: string | undefined },
    at = `sqlite:${path}`,
  ) {
    const context = testAdapterContext({ watermark: async () => kept.value });
    const stopping = new AbortController();
    const found: string[] = [];
    const running = sql.receive!({ database: at, poll: '10ms', ...config }, context).run(
      async (batch, _signal, move) => {
        expect(move ? move.from : kept.value).toBe(kept.value);
        for (const { parts } of batch) found.push(Buffer.from(await bytesOf(parts[0])).toString());
        kept.value = move?.to ?? kept.value;
        return batch.map(() => ({ messageId: 'm', outcome: 'accepted' as const }));
      },
      stopping.signal,
    );
    const failed = running.catch((error: unknown) => error);
    let hasEnded = false;
    void failed.then(() => {
      hasEnded = true;
    });
    await eventually('all came', () => hasEnded || found.length >= count);
    stopping.abort(new Error('stop'));
    return { found: found.map((text) => (JSON.parse(text) as { id: number }).id), failed: await failed };
  }
  const numbered = {
    query: 'SELECT id, name FROM t WHERE id > :watermark ORDER BY id LIMIT 2',
    watermark: { column: 'id', initial: '0' },
  };

  test('each row comes once, look by look, and after a restart only those behind it', async () => {
    lite.exec("INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (10, 'd'), (9, 'e')");
    const kept: { value?: string | undefined } = {};
    expect((await taken(numbered, 5, kept)).found).toEqual([1, 2, 3, 9, 10]);
    expect(kept.value).toBe('10');
    lite.exec("INSERT INTO t (id, name) VALUES (11, 'f')");
    expect((await taken(numbered, 1, kept)).found).toEqual([11]);
    kept.value = '3';
    expect((await taken(numbered, 3, kept)).found).toEqual([9, 10, 11]);
  });

  test('times of PostgreSQL keep their microseconds', async () => {
    await direct.query(
      "CREATE TABLE w (id int, changed timestamptz); INSERT INTO w VALUES (1, '2026-06-01 08:00:00.000001Z'), (2, '2026-06-01 08:00:00.000002Z')",
    );
    const config = {
      query: 'SELECT id, changed FROM w WHERE changed > :watermark ORDER BY changed LIMIT 1',
      watermark: { column: 'changed', initial: '2026-01-01' },
    };
    const kept: { value?: string | undefined } = {};
    expect((await taken(config, 2, kept, database.url)).found).toEqual([1, 2]);
    expect(kept.value).toMatch(/08:00:00\.000002/);
  });

  test('a query without its column fails', async () => {
    lite.exec("INSERT INTO t (id, name) VALUES (1, 'a')");
    const { failed } = await taken({ ...numbered, watermark: { column: 'changed', initial: '0' } }, 1, {});
    expect(failed).toMatchObject({ code: 'ADAPTER_CONFIG', message: expect.stringContaining('changed') });
  });
});

test.each([
  [{ query: 'SELECT :a', key: 'a' }, 'query'],
  [{ query: 'SELECT 1', consume: 'DELETE FROM t' }, 'consume'],
  [{ query: 'SELECT 1' }, 'query'],
  [{ query: 'SELECT 1', watermark: { column: 'a', initial: '0' } }, 'watermark'],
  [{ query: 'SELECT :a, :watermark', watermark: { column: 'a', initial: '0' } }, 'query'],
  [
    { query: 'SELECT :watermark', consume: 'DELETE FROM t WHERE a = :a', watermark: { column: 'a', initial: '0' } },
    'watermark',
  ],
])('check finds %j', (config, where) => {
  expect(sql.check({ database: 'sqlite:a', ...config }, 'receive').map((found) => found.path)).toEqual([where]);
});

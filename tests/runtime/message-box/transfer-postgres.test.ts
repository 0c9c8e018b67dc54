/** A store moves from SQLite to PostgreSQL and back with all that is in it, and a bus goes on with it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { atRest } from '../../../runtime/message-box/at-rest.ts';
import { openPostgresSource, openPostgresTarget } from '../../../runtime/message-box/postgres/transfer.ts';
import { migrateStopped } from '../../../runtime/message-box/postgres/transfer-migrate.ts';
import { verifyPostgres } from '../../../runtime/message-box/postgres/verify.ts';
import { openPostgres } from '../../../runtime/message-box/postgres.ts';
import { openSqliteSource, openSqliteTarget } from '../../../runtime/message-box/sqlite/transfer.ts';
import { verifySqlite } from '../../../runtime/message-box/sqlite/verify.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import {
  TRANSFERRED,
  type TransferSource,
  type TransferTarget,
  transfer,
} from '../../../runtime/message-box/transfer.ts';
import {
  addressed,
  deliveryOf,
  done,
  instanceOf,
  mailFor,
  mailTo,
  messageOf,
  NOW,
  park,
  refused,
  retry,
  subjects,
  take,
} from '../../../runtime/testing/message-box/bench.ts';
import { type FreshDatabase, freshDatabase } from '../../servers/postgres.ts';
import { fill, large, seen } from './filled-store.ts';

const clock = createSystemClock();
const folder = mkdtempSync(join(tmpdir(), 'guildhall-transfer-'));
let files = 0;
const newPath = () => join(folder, `${files++}.db`);
const databases: FreshDatabase[] = [];
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(databases.map((database) => database.drop()));
});

async function newUrl(): Promise<string> {
  const database = await freshDatabase();
  databases.push(database);
  return database.url;
}

const isUrl = (store: string) => store.startsWith('postgres');
const boxes: MessageBox[] = [];
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.close();
});
async function openBox(store: string): Promise<MessageBox> {
  const box = await (isUrl(store) ? openPostgres(store, { clock }) : openSqlite(store));
  boxes.push(box);
  return box;
}
const sourceOf = async (store: string) =>
  atRest(isUrl(store) ? await openPostgresSource(store, clock) : openSqliteSource(store));
const targetOf = async (store: string) => (isUrl(store) ? openPostgresTarget(store, clock) : openSqliteTarget(store));

async function query(url: string, ...texts: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let last: Record<string, unknown>[] = [];
    for (const text of texts) last = (await client.query(text)).rows;
    return last;
  } finally {
    await client.end();
  }
}

async function using<S extends TransferSource, T>(opening: Promise<S>, work: (store: S) => Promise<T>): Promise<T> {
  const store = await opening;
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const copy = (from: string, to: string) =>
  using(sourceOf(from), (source) => using(targetOf(to), (target) => transfer(source, target)));

/** All rows of a store, as the seam tells them. */
const rowsIn = (store: string) =>
  using(sourceOf(store), async (source) => {
    const found: Record<string, unknown[]> = {};
    for (const kind of TRANSFERRED) {
      found[kind.name] = [];
      for await (const rows of source.rows(kind)) found[kind.name]!.push(...rows.map((row) => row.map(asText)));
    }
    return found;
  });

const asText = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value);

/** Beside what `fill` puts: lanes with gaps, leases, retries, a stopped port, shared and empty bodies, ended instances. */
async function fillMore(box: MessageBox): Promise<void> {
  const ended = instanceOf('ended');
  const keyed = (id: string, key: string) => ({ message: messageOf(id, { to: 'lane', k: key }) });
  const order = { by: 'k', onFailure: 'skip' } as const;
  await box.commit({
    now: NOW,
    subscribe: [addressed('lane', { order }), addressed('plain'), addressed('idle')],
    instances: [ended],
    keep: [messageOf('shared 1', {}, large), messageOf('shared 2', {}, large), messageOf('empty', {}, '')],
    publish: [
      ...[keyed('l1', 'x'), keyed('l2', 'x'), keyed('l3', 'y'), keyed('l4', 'x')],
      ...['p1', 'p2', 'p3'].map((id) => mailTo('plain', id)),
      ...['é', 'z', 'Z', '😀', '\uffee'].map((key, index) => ({
        ...mailTo('idle', `i${index}`),
        keys: [{ scope: 's', key }],
      })),
    ],
    operate: [{ kind: 'stop', subscriber: 'idle' }],
    watermarks: ['b', 'B', 'é'].map((name) => ({ name, to: '2026-06-01' })),
    suspend: [
      {
        message: messageOf('bad'),
        subscriber: 'port',
        code: 'BROKEN',
        reason: 'it ‘broke’',
        resumable: true,
        keys: [],
      },
    ],
  });
  await box.commit({
    now: NOW + 1,
    instances: [{ ...ended, status: 'completed', revision: 2 }],
    track: [{ name: 'orchestration-completed', at: NOW, instance: 'ended', data: {} }],
  });
  const [l1] = await take(box, 'lane', NOW, 1);
  await box.commit({ now: NOW, settle: [park(l1!)] });
  const [p1] = await take(box, 'plain', NOW, 2);
  await box.commit({ now: NOW, settle: [retry(p1!, NOW + 5000)] });
  await box.own({ host: 'gone', names: ['once'], now: NOW, until: NOW + 1000 });
}

async function filled(store: string): Promise<string> {
  const box = await openBox(store);
  await fill(box);
  await fillMore(box);
  await box.close();
  return store;
}

/** What a bus does next. */
async function goesOn(box: MessageBox): Promise<void> {
  const plain = await take(box, 'plain');
  expect(plain.map(({ attempt }) => attempt)).toEqual([2, 1]);
  expect(subjects(plain)).toEqual(['p2', 'p3']);
  expect(subjects(await take(box, 'plain', NOW + 5000))).toEqual(['p1']);
  expect(subjects(await take(box, 'lane'))).toEqual(['l2', 'l3']);
  expect(subjects(await take(box, 'idle'))).toEqual([]);
  await box.commit({ now: NOW, operate: [{ kind: 'start', subscriber: 'idle' }] });
  expect(await take(box, 'idle')).toHaveLength(5);
  const { id } = await deliveryOf(box, 'two');
  const again = { ...mailTo('a', 'again'), keys: [{ scope: 's', key: 'k' }] };
  const { routed } = await box.commit({
    now: NOW,
    operate: [{ kind: 'resume', delivery: id }],
    publish: [again, mailTo('a', 'five'), mailFor(instanceOf('i'), 'six')],
  });
  expect(routed.map(({ duplicateOf }) => duplicateOf)).toEqual(['one', undefined, undefined]);
  const [two] = await take(box, 'a');
  expect([two!.work, two!.attempt]).toMatchObject([{ message: { id: 'two' } }, 1]);
  await box.commit({ now: NOW, settle: [done(two!)] });
  expect(subjects(await take(box, 'a'))).toEqual(['five']);
  const process: string[] = [];
  for (let step = 0; step < 3; step += 1) {
    const [next] = await take(box, 'orchestration:process', NOW + 1000);
    process.push(...subjects([next!]));
    await box.commit({ now: NOW + 1000, settle: [done(next!)] });
  }
  expect(process.sort()).toEqual(['four', 'six', 'timer t']);
}

test('everything goes from SQLite to PostgreSQL, which holds it row by row, and back', async () => {
  const [sqlite, postgres, back] = [await filled(newPath()), await newUrl(), newPath()];
  const before = await rowsIn(sqlite);
  expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
  const there = await copy(sqlite, postgres);
  expect(there.problems).toEqual([]);
  expect(there.counts).toMatchObject({ parts: 2, chunks: 4, stopped: 1, watermarks: 3, deployed: 1, instances: 2 });
  expect(await rowsIn(postgres)).toEqual(before);
  expect(before['parts']!.map((row) => (row as unknown[])[2])).toEqual([3, 1]);
  expect(await verifyPostgres(postgres)).toMatchObject({ problems: [], counts: { messages: 22 } });
  expect((await copy(postgres, back)).problems).toEqual([]);
  expect(await rowsIn(back)).toEqual(before);
  expect(verifySqlite(back).problems).toEqual([]);
  expect(await query(postgres, 'SELECT count(*)::int AS owners FROM guildhall.owners')).toEqual([{ owners: 0 }]);
});

test('operators see the same in both, and a bus goes on with either', async () => {
  const [sqlite, postgres, back] = [await filled(newPath()), await newUrl(), newPath()];
  await copy(sqlite, postgres);
  await copy(postgres, back);
  const all = [await openBox(sqlite), await openBox(postgres), await openBox(back)];
  for (const box of all) await box.commit({ now: NOW });
  const [expected, ...others] = await Promise.all(all.map(seen));
  for (const other of others) expect(other).toEqual(expected);
  for (const box of all) await goesOn(box);
  for (const box of all) await box.close();
  expect((await verifyPostgres(postgres)).problems).toEqual([]);
});

test('a store that began on PostgreSQL goes to SQLite, and a lease of a host that crashed is ready there', async () => {
  const [postgres, sqlite] = [await filled(await newUrl()), newPath()];
  await query(
    postgres,
    "UPDATE guildhall.deliveries SET state = 'leased', attempt = attempt + 1, due = due + 60000, token = 4503599627370497 WHERE exposed AND subscriber = 'plain' AND attempt = 1",
  );
  expect((await copy(postgres, sqlite)).problems).toEqual([]);
  const box = await openBox(sqlite);
  const [first] = await take(box, 'plain', NOW, 1);
  expect(subjects([first!])).toEqual(['p1']);
  await box.commit({ now: NOW, settle: [done(first!)] });
  await box.close();
});

test('PostgreSQL gives no number again that was copied', async () => {
  const [sqlite, postgres] = [await filled(newPath()), await newUrl()];
  const box = openSqlite(sqlite);
  await box.close();
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(sqlite);
  database.exec(
    'UPDATE messages SET seq = 700123 WHERE id = (SELECT max(id) FROM messages WHERE seq NOT IN (SELECT message FROM deliveries WHERE message IS NOT NULL))',
  );
  database.exec('UPDATE history SET seq = 900 WHERE seq = (SELECT max(seq) FROM history)');
  database.close();
  await copy(sqlite, postgres);
  const opened = await openBox(postgres);
  await opened.commit({
    now: NOW,
    instances: [instanceOf('new')],
    publish: [mailTo('plain', 'new')],
    track: [{ name: 'orchestration-started', at: NOW, instance: 'new', data: {} }],
  });
  await opened.close();
  const [numbers] = await query(
    postgres,
    `SELECT (SELECT seq FROM guildhall.messages WHERE id = 'new')::int AS message, (SELECT max(seq) FROM guildhall.history)::int AS event,
       (SELECT seq FROM guildhall.instances WHERE id = 'new')::int AS instance`,
  );
  expect(numbers!['message']).toBeGreaterThan(700_123);
  expect(numbers!['event']).toBeGreaterThan(900);
  expect(numbers!['instance']).toBe(3);
  expect((await verifyPostgres(postgres)).problems).toEqual([]);
});

test('a batch is a few megabytes, however much there is', async () => {
  const postgres = await newUrl();
  const box = await openBox(postgres);
  const keep = Array.from({ length: 30 }, (_, index) =>
    messageOf(`m${index}`, {}, Buffer.alloc(1_200_000, `${index}`)),
  );
  await box.commit({ now: NOW, keep });
  await box.commit({ now: NOW, keep: Array.from({ length: 2000 }, (_, index) => messageOf(`s${index}`)) });
  await box.close();
  const sizes = await using(sourceOf(postgres), async (source) => {
    const found: [bytes: number, rows: number][] = [];
    for (const kind of TRANSFERRED) {
      for await (const rows of source.rows(kind)) {
        const bytes = rows
          .flat()
          .reduce((sum: number, value) => sum + (value instanceof Uint8Array ? value.length : 8), 0);
        found.push([bytes, rows.length]);
      }
    }
    return found;
  });
  expect(Math.max(...sizes.map(([bytes]) => bytes))).toBeLessThanOrEqual(2 ** 21 + 1024);
  expect(Math.max(...sizes.map(([, rows]) => rows))).toBe(500);
});

describe('refused', () => {
  test('a store that a bus has open, on either side; and one whose bus was killed until its names are free', async () => {
    const [sqlite, postgres, other] = [await filled(newPath()), await newUrl(), await newUrl()];
    const box = await openBox(postgres);
    await expect(copy(postgres, newPath())).rejects.toEqual(refused('STORE_IN_USE'));
    await expect(copy(sqlite, postgres)).rejects.toEqual(refused('STORE_IN_USE'));
    await expect(migrateStopped(postgres, 1, clock)).rejects.toEqual(refused('STORE_IN_USE'));
    await box.commit({ now: NOW, publish: [mailTo('nobody', 'still works')] });
    await box.own({ host: 'killed', names: ['once'], now: clock.now(), until: clock.now() + 60_000 });
    await box.close();
    await expect(copy(postgres, other)).rejects.toEqual(refused('STORE_IN_USE'));
    await query(postgres, 'UPDATE guildhall.owners SET until = 1');
    expect((await copy(postgres, other)).counts['messages']).toBe(1);
  });

  test('a target that holds something, that is not ours, or that is newer', async () => {
    const [sqlite, full, foreign, newer] = [await filled(newPath()), await newUrl(), await newUrl(), await newUrl()];
    await copy(sqlite, full);
    const held = await rowsIn(full);
    await expect(copy(sqlite, full)).rejects.toEqual(refused('STORE_NOT_EMPTY'));
    await expect(copy(full, full)).rejects.toEqual(refused('STORE_IN_USE'));
    expect(await rowsIn(full)).toEqual(held);
    await query(foreign, 'CREATE SCHEMA guildhall', 'CREATE TABLE guildhall.things (n int)');
    await expect(copy(sqlite, foreign)).rejects.toEqual(refused('STORE_CORRUPT'));
    await (await openBox(newer)).close();
    await query(newer, 'UPDATE guildhall.schema_version SET version = 999');
    await expect(copy(sqlite, newer)).rejects.toEqual(refused('STORE_NEWER'));
    await expect(verifyPostgres(newer)).rejects.toEqual(refused('STORE_NEWER'));
  });

  test('a source in which there is nothing, which stays so', async () => {
    const postgres = await newUrl();
    const to = newPath();
    await expect(copy(postgres, to)).rejects.toEqual(refused('STORE_NOT_OPENED'));
    await expect(verifyPostgres(postgres)).rejects.toEqual(refused('STORE_NOT_OPENED'));
    expect(await schemas(postgres)).toEqual([]);
    expect(readdirSync(folder).some((name) => to.endsWith(name))).toBe(false);
  });

  test('without a word of the password', async () => {
    const url = (await newUrl()).replace('postgres@', 'nobody:s3cr%40t@');
    const sqlite = await filled(newPath());
    for (const ask of [() => copy(url, newPath()), () => copy(sqlite, url), () => verifyPostgres(url)]) {
      const error = await ask().then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error).toEqual(refused('STORE_NOT_OPENED'));
      expect(`${error!.message} ${error!.stack} ${JSON.stringify(error)}`).not.toMatch(/s3cr/);
    }
  });
});

const schemas = (url: string) => query(url, "SELECT nspname FROM pg_namespace WHERE nspname = 'guildhall'");

describe('a copy that fails', () => {
  /** Loses the last row of a batch of messages on its way. */
  const losing = (target: TransferTarget): TransferTarget => ({
    ...target,
    write: (kind, rows) => target.write(kind, kind.name === 'messages' ? rows.slice(0, -1) : rows),
  });

  test('is noticed, and nothing of it stays', async () => {
    const [sqlite, postgres] = [await filled(newPath()), await newUrl()];
    const { problems } = await using(sourceOf(sqlite), (source) =>
      using(openPostgresTarget(postgres, clock), (target) => transfer(source, losing(target))),
    );
    expect(problems).toEqual([expect.stringMatching(/^messages: \d+ rows of \d+$/)]);
    expect(await schemas(postgres)).toEqual([]);
    expect((await copy(sqlite, postgres)).problems).toEqual([]);
  });

  test('leaves an empty store as empty as it was', async () => {
    const [sqlite, postgres] = [await filled(newPath()), await newUrl()];
    await (await openBox(postgres)).close();
    const failing = using(sourceOf(sqlite), (source) =>
      using(openPostgresTarget(postgres, clock), (target) =>
        transfer(source, {
          ...target,
          write: (kind, rows) => target.write(kind, kind.name === 'history' ? [...rows, ...rows] : rows),
        }),
      ),
    );
    await expect(failing).rejects.toEqual(refused('STORE_FAILED'));
    expect(await verifyPostgres(postgres)).toMatchObject({ problems: [], counts: { messages: 0, definitions: 0 } });
    expect((await copy(sqlite, postgres)).problems).toEqual([]);
  });

  test('for a text that PostgreSQL cannot hold says so, and leaves nothing', async () => {
    const [sqlite, postgres] = [newPath(), await newUrl()];
    const box = await openBox(sqlite);
    const suspension = { message: messageOf('m'), subscriber: 'port', code: 'BROKEN', reason: 'a\0b', resumable: true };
    await box.commit({ now: NOW, suspend: [suspension] });
    await box.close();
    await expect(copy(sqlite, postgres)).rejects.toEqual(refused('STORE_FAILED'));
    expect(await schemas(postgres)).toEqual([]);
  });

  test('leaves nothing that a bus would find when the server ends its connection', async () => {
    const [sqlite, postgres] = [await filled(newPath()), await newUrl()];
    const killed = using(sourceOf(sqlite), (source) =>
      using(openPostgresTarget(postgres, clock), async (target) => {
        const kill =
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'guildhall'";
        await target.finish();
        await query(postgres, kill);
        return transfer(source, target);
      }),
    );
    await expect(killed).rejects.toEqual(refused('STORE_FAILED'));
    const box = await openBox(postgres);
    expect((await box.inspection.counts(NOW)).messages).toBe(0);
    await box.close();
  });
});

test('a bus that starts while the store is copied waits, and finds all of it', async () => {
  const [sqlite, postgres] = [await filled(newPath()), await newUrl()];
  let opening: Promise<MessageBox> | undefined;
  await using(sourceOf(sqlite), (source) =>
    using(openPostgresTarget(postgres, clock), async (target) => {
      opening = openBox(postgres);
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      while ((await query(postgres, waiting)).length === 0) await clock.sleep(20);
      return transfer(source, target);
    }),
  );
  const box = await opening!;
  expect((await box.inspection.counts(NOW)).messages).toBe(22);
  await box.close();
});

describe('verify', () => {
  test.each([
    ['DELETE FROM guildhall.chunks WHERE number = 1', /^part \d+ has 3 of 4 chunks$/],
    [
      "UPDATE guildhall.parts SET bytes = 'x' WHERE octet_length(bytes) > 0",
      /^part \d+ of message medium has 1 of 30000 bytes$/,
    ],
    ['UPDATE guildhall.parts SET refs = refs + 1', /^part \d+ counts 2 references and has 1$/],
    ["DELETE FROM guildhall.messages WHERE id = 'two'", /^the message of delivery d\d+ is missing$/],
    ['DELETE FROM guildhall.parts', /^part \d+ of message kept is missing$/],
    ['DELETE FROM guildhall.subscription_keys', /^the subscription i awaits is filed nowhere$/],
    ["SELECT setval('guildhall.seqs', 1)", /^messages go up to \d+, and numbers below that would be given again$/],
    [
      'INSERT INTO guildhall.deliveries SELECT * FROM guildhall.ended ORDER BY seq LIMIT 1',
      /^delivery d\d+ is both open and ended$/,
    ],
  ])('tells what is wrong after %s', async (damage, told) => {
    const postgres = await newUrl();
    const box = await openBox(postgres);
    await fill(box);
    expect(await verifyPostgres(postgres)).toMatchObject({ problems: [], schema: 3, counts: { deliveries: 5 } });
    await box.close();
    await query(postgres, damage);
    expect((await verifyPostgres(postgres)).problems).toContainEqual(expect.stringMatching(told));
  });
});

test('a stopped store is led back to its first version and forward again, with what that one has a place for', async () => {
  const postgres = await filled(await newUrl());
  const before = await rowsIn(postgres);
  const path = postgres;
  expect(await migrateStopped(postgres, 1, clock)).toEqual({ path, from: 3, to: 1 });
  expect((await verifyPostgres(postgres)).schema).toBe(1);
  await expect(migrateStopped(postgres, 0, clock)).rejects.toEqual(refused('STORE_NO_WAY_BACK'));
  await expect(migrateStopped(postgres, 99, clock)).rejects.toEqual(refused('STORE_NO_WAY_BACK'));
  expect(await migrateStopped(postgres, 3, clock)).toEqual({ path, from: 1, to: 3 });
  expect(await rowsIn(postgres)).toEqual({ ...(before as object), watermarks: [] });
});

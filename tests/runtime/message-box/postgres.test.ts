/** What only the PostgreSQL store has: a schema that leads forward and back, clear errors, bytes in chunks, one round trip. */
import { Client } from 'pg';
import type { Console } from '../../../runtime/cli/console.ts';
import { openStore } from '../../../runtime/cli/open-store.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { bytesOf, derive } from '../../../runtime/contracts/message.ts';
import { migratePostgres, openPostgres } from '../../../runtime/message-box/postgres.ts';
import { storeOf } from '../../../runtime/solution/bus-config.ts';
import {
  addressed,
  awaited,
  done,
  instanceOf,
  mailTo,
  messageOf,
  NOW,
  refused,
  subjects,
  subscriptionOf,
  take,
} from '../../../runtime/testing/message-box/bench.ts';
import { freePorts } from '../../servers/ports.ts';
import { type FreshDatabase, freshDatabase } from '../../servers/postgres.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';

const clock = createSystemClock();
let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

const open = (url = database.url) => openPostgres(url, { clock, patience: 300 });

async function query(...texts: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    let last: Record<string, unknown>[] = [];
    for (const text of texts) last = (await client.query(text)).rows;
    return last;
  } finally {
    await client.end();
  }
}

describe('the schema', () => {
  test('leads back and forth with what is in it', async () => {
    const instance = instanceOf('i');
    let box = await open();
    await box.commit({ now: NOW, subscribe: [addressed('s'), awaited(instance)], instances: [instance] });
    await box.commit({ now: NOW, publish: [mailTo('s', '1'), mailTo('s', '2'), mailTo('nobody', '3')] });
    const [one] = await take(box, 's', NOW, 1);
    await box.commit({ now: NOW, settle: [done(one!)] });
    const before = await box.inspection.counts(NOW);
    await box.close();
    await migratePostgres(database.url, 1);
    expect(await query('SELECT version FROM guildhall.schema_version')).toEqual([{ version: 1 }]);
    box = await open();
    expect(await query('SELECT version FROM guildhall.schema_version')).toEqual([{ version: 3 }]);
    expect(await box.inspection.counts(NOW)).toEqual(before);
    expect(subjects(await take(box, 's'))).toEqual(['2']);
    expect((await box.inspection.instance('i'))!.waitingFor).toEqual([awaited(instance)]);
    await box.close();
  });

  test('goes without a trace, but for its version', async () => {
    await (await open()).close();
    await migratePostgres(database.url, 0);
    const left = await query("SELECT tablename FROM pg_tables WHERE schemaname = 'guildhall'");
    expect(left).toEqual([{ tablename: 'schema_version' }]);
    await (await open()).close();
  });

  test('is made once, however many hosts start at once', async () => {
    const boxes = await Promise.all([open(), open(), open(), open()]);
    await Promise.all(boxes.map((box, index) => box.commit({ now: NOW, publish: [mailTo('s', String(index))] })));
    expect((await boxes[0]!.inspection.counts(NOW)).messages).toBe(4);
    await Promise.all(boxes.map((box) => box.close()));
  });
});

describe('opening', () => {
  test('a server that cannot be reached is refused', async () => {
    const [port] = await freePorts(1);
    await expect(open(`postgres://me:secret@127.0.0.1:${port}/bus`)).rejects.toEqual(refused('STORE_NOT_OPENED'));
  });

  test('no error tells the password', async () => {
    const [port] = await freePorts(1);
    const url = new URL(database.url);
    const urls = [
      `postgres://me:s%40cret@127.0.0.1:${port}/bus`,
      `postgres://nobody:s%40cret@${url.host}/bus`,
      'postgres://me:s%40cret@[:/bus',
    ];
    for (const address of urls) {
      const error = await open(address).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error).toEqual(refused('STORE_NOT_OPENED'));
      expect(`${error!.message} ${error!.stack} ${JSON.stringify(error)}`).not.toMatch(/s%40cret@|s@cret/);
    }
  });

  test('the schema of another program is refused and stays as it is', async () => {
    await query('CREATE SCHEMA guildhall', 'CREATE TABLE guildhall.things (n int)');
    await expect(open()).rejects.toEqual(refused('STORE_CORRUPT'));
    expect(await query("SELECT tablename FROM pg_tables WHERE schemaname = 'guildhall'")).toEqual([
      { tablename: 'things' },
    ]);
  });

  test('the store of a newer version is refused', async () => {
    await (await open()).close();
    await query('UPDATE guildhall.schema_version SET version = 999');
    await expect(open()).rejects.toEqual(refused('STORE_NEWER'));
  });

  test('a user without rights is refused', async () => {
    const role = `r${database.url.slice(-12)}`;
    await query(`CREATE ROLE ${role} LOGIN`);
    try {
      const url = new URL(database.url);
      url.username = role;
      await expect(open(url.href)).rejects.toEqual(refused('STORE_NOT_OPENED'));
      await (await open()).close();
      await expect(open(url.href)).rejects.toEqual(refused('STORE_NOT_OPENED'));
    } finally {
      await query(`DROP ROLE ${role}`);
    }
  });
});

test('a bus whose store is the URL of a PostgreSQL opens it', async () => {
  const box = await openStore(storeOf(database.url), '/nowhere', { clock } as Console, () => '');
  await box.commit({ now: NOW, publish: [mailTo('s', '1')] });
  expect(await query('SELECT id FROM guildhall.messages')).toEqual([{ id: '1' }]);
  await box.close();
});

test('a full disk is told as such, and what fits goes on', async () => {
  const box = await open();
  await query(
    `CREATE FUNCTION guildhall.full_disk() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`,
    `CREATE TRIGGER full_disk BEFORE INSERT ON guildhall.messages FOR EACH ROW WHEN (NEW.id = 'big')
       EXECUTE FUNCTION guildhall.full_disk()`,
  );
  const outcomes = await Promise.allSettled(
    ['1', 'big', '2'].map((id) => box.commit({ now: NOW, publish: [mailTo('s', id)] })),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'STORE_FULL' } });
  await box.close();
});

test('messages that share a part share its bytes, on every host', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  const first = messageOf('1', { to: 's' }, Buffer.alloc(200_000, 'x'));
  const huge = messageOf('huge', {}, Buffer.alloc(1_000_000, 'y'));
  await one.commit({ now: NOW, keep: [first, derive(first, { id: '2' }), huge] });
  const [read, streamed] = await other.read(['1', 'huge']);
  expect(read!.parts[0].bytes).toBeUndefined();
  await other.commit({ now: NOW, keep: [derive(read!, { id: '3' }), derive(streamed!, { id: '4' })] });
  const [again, whole] = await one.read(['3', '4']);
  expect(Buffer.from(await bytesOf(again!.parts[0])).equals(Buffer.alloc(200_000, 'x'))).toBe(true);
  expect(Buffer.from(await bytesOf(whole!.parts[0])).equals(Buffer.alloc(1_000_000, 'y'))).toBe(true);
  expect(await query('SELECT chunks, refs FROM guildhall.parts ORDER BY seq')).toEqual(
    [
      { chunks: 4, refs: 2 },
      { chunks: 0, refs: 3 },
    ].sort((x, y) => x.refs - y.refs),
  );
  await Promise.all([one.close(), other.close()]);
});

test('a thousand units of one turn are written together, in their order', async () => {
  const box = await open();
  const subscribe = ['a', 'b', 'c'].map((id) => subscriptionOf('s', { to: 's' }, { id }));
  await box.commit({ now: NOW, subscribe });
  const ids = Array.from({ length: 1000 }, (_, index) => `m${index}`);
  await Promise.all(ids.map((id) => box.commit({ now: NOW, publish: [mailTo('s', id)] })));
  const taken = await take(box, 's', NOW, 3000);
  expect(subjects(taken)).toEqual(ids.flatMap((id) => [id, id, id]));
  await Promise.all(taken.map((delivery) => box.commit({ now: NOW, settle: [done(delivery)] })));
  expect((await box.inspection.counts(NOW)).deliveries).toEqual([{ subscriber: 's', state: 'done', count: 3000 }]);
  await box.close();
});

test('one unit among many that the server cannot write fails alone', async () => {
  const box = await open();
  const ids = Array.from({ length: 60 }, (_, index) => (index === 37 ? 'nul \0 byte' : `m${index}`));
  const outcomes = await Promise.allSettled(ids.map((id) => box.commit({ now: NOW, publish: [mailTo('s', id)] })));
  expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([37]);
  expect((await box.inspection.counts(NOW)).messages).toBe(59);
  await box.close();
});

test('publishing and settling what this process leased is one round trip', async () => {
  let trips = 0;
  const proxy = await startTcpProxy(database.url, () => (chunk) => {
    if (chunk.includes('box_stamp')) trips += 1;
    if (chunk.includes('load_lock')) trips += 100;
  });
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const box = await open(url.href);
  await box.commit({ now: NOW, subscribe: [addressed('s')], publish: [mailTo('s', '1')] });
  trips = 0;
  await box.commit({ now: NOW, publish: [mailTo('s', '2')] });
  expect(trips).toBe(1);
  const [delivery] = await take(box, 's', NOW, 1);
  trips = 0;
  await box.commit({ now: NOW, settle: [done(delivery!)], publish: [mailTo('s', '3')] });
  expect(trips).toBe(1);
  await box.close();
  await proxy.close();
});

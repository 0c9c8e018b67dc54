/** What only the SQLite store has: one file, one owner, one transaction for many units, bytes stored once. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { bytesOf, derive } from '../../../runtime/contracts/message.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { addressed, done, mailTo, messageOf, NOW, refused, take } from '../../../runtime/testing/message-box/bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'guildhall-sqlite-'));
let files = 0;
const newPath = () => join(folder, `${files++}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

/** Looks into a closed store. */
function look(path: string, query: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return Object.values(database.prepare(query).get() ?? {})[0];
  } finally {
    database.close();
  }
}

const thrown = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
};

describe('flushes', () => {
  test('concurrent publishers share transactions', async () => {
    const box = openSqlite(newPath());
    const publisher = async (name: number) => {
      for (let count = 0; count < 20; count += 1)
        await box.commit({ now: NOW, publish: [mailTo('a', `${name}-${count}`)] });
    };
    await Promise.all(Array.from({ length: 50 }, (_, name) => publisher(name)));
    expect((await box.inspection.counts(NOW)).messages).toBe(1000);
    expect(box.flushes).toBeLessThanOrEqual(25);
    await box.close();
  });

  test('commits, claims and extensions of one turn are one transaction', async () => {
    const box = openSqlite(newPath());
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1')] });
    const [delivery] = await take(box, 'a');
    const before = box.flushes;
    await Promise.all([
      box.extend([delivery!.lease], NOW + 5),
      box.commit({ now: NOW, settle: [done(delivery!)] }),
      take(box, 'a'),
    ]);
    expect(box.flushes - before).toBe(1);
    await box.close();
  });
});

describe('bytes', () => {
  test('messages that share a part share its bytes, also after they were read again', async () => {
    const path = newPath();
    const first = messageOf('1', { to: 'a' }, Buffer.alloc(200_000, 'x'));
    let box = openSqlite(path);
    await box.commit({ now: NOW, publish: [{ message: first }, { message: derive(first, { id: '2' }) }] });
    await box.commit({ now: NOW, keep: [derive(first, { id: '3', type: 'other' }), messageOf('small', {}, 'small')] });
    await box.close();
    box = openSqlite(path);
    const [read, small] = await box.read(['3', 'small']);
    expect(read!.parts[0].bytes).toBeUndefined();
    expect(small!.parts[0].bytes).toBeDefined();
    await box.commit({ now: NOW, keep: [derive(read!, { id: '4' }), derive(small!, { id: '5' })] });
    const [again] = await box.read(['4']);
    expect((await bytesOf(again!.parts[0])).byteLength).toBe(200_000);
    await box.close();
    expect(look(path, 'SELECT count(*) FROM parts')).toBe(1);
    expect(look(path, 'SELECT count(*) FROM messages')).toBe(6);
  });

  test('bytes of a unit that was undone are stored when they come again', async () => {
    const path = newPath();
    let box = openSqlite(path);
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const message = messageOf('undone', { to: 'a' });
    const terminate = { kind: 'terminate', delivery: 'd1' } as const;
    const failing = box.commit({ now: NOW, publish: [{ message }], operate: [terminate, terminate] });
    await expect(failing).rejects.toEqual(refused('ALREADY_ENDED'));
    expect(await box.read(['undone'])).toEqual([undefined]);
    await box.commit({ now: NOW, publish: [{ message }] });
    await box.close();
    box = openSqlite(path);
    const [read] = await box.read(['undone']);
    expect(Buffer.from(await bytesOf(read!.parts[0])).toString()).toBe('body of undone');
    await box.close();
  });
});

describe('opening', () => {
  const opening = (path: string) => thrown(() => openSqlite(path));

  test('a store has one owner', async () => {
    const path = newPath();
    const box = openSqlite(path);
    expect(opening(path)).toEqual(refused('STORE_IN_USE'));
    expect(openElsewhere(path)).toBe('STORE_IN_USE');
    await box.close();
    expect(openElsewhere(path)).toBe('opened');
  });

  test('a file that is not a database is refused and stays as it is', () => {
    const path = newPath();
    const bytes = Buffer.alloc(4096, 'not a database ');
    writeFileSync(path, bytes);
    expect(opening(path)).toEqual(refused('STORE_CORRUPT'));
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('the database of another program is refused and stays as it is', () => {
    const path = newPath();
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE things (id INTEGER)');
    other.close();
    const bytes = readFileSync(path);
    expect(opening(path)).toEqual(refused('STORE_CORRUPT'));
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('the store of a newer version is refused', async () => {
    const path = newPath();
    await openSqlite(path).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(opening(path)).toEqual(refused('STORE_NEWER'));
  });

  test('a path that cannot be written is refused', () => {
    expect(opening(join(folder, 'no such folder', 'box.db'))).toEqual(refused('STORE_NOT_OPENED'));
  });
});

/** Tries to open the store in another process; gives what came of it. */
function openElsewhere(path: string): string {
  const program = fileURLToPath(new URL('./open-once.ts', import.meta.url));
  return execFileSync(process.execPath, [program, path], { encoding: 'utf8' }).trim();
}

test('a full disk refuses what does not fit, and nothing else', async () => {
  const box = openSqlite(newPath(), { maxBytes: 500_000 });
  await box.commit({ now: NOW, subscribe: [addressed('a')] });
  const large = { message: messageOf('large', { to: 'a' }, Buffer.alloc(1_000_000)) };
  const outcomes = await Promise.allSettled([
    box.commit({ now: NOW, publish: [mailTo('a', '1')] }),
    box.commit({ now: NOW, publish: [large] }),
    box.commit({ now: NOW, publish: [mailTo('a', '2')] }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'STORE_FULL', kind: 'transient' } });
  expect(await take(box, 'a')).toHaveLength(2);
  expect(await box.read(['large'])).toEqual([undefined]);
  await box.close();
});

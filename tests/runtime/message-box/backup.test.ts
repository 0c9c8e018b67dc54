/** Copies of a store: while it is in use, verified, put back, moved to another file; and what a damaged one says. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { restoreSqlite } from '../../../runtime/message-box/sqlite/restore.ts';
import { openSqliteSource, openSqliteTarget } from '../../../runtime/message-box/sqlite/transfer.ts';
import { verifySqlite } from '../../../runtime/message-box/sqlite/verify.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { TRANSFERRED, transfer } from '../../../runtime/message-box/transfer.ts';
import {
  addressed,
  mailTo,
  messageOf,
  NOW,
  refused,
  subjects,
  take,
} from '../../../runtime/testing/message-box/bench.ts';
import { fill, large, seen, seenIn } from './filled-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'guildhall-backup-'));
let files = 0;
const newPath = () => join(folder, `${files++}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

describe('backup', () => {
  test('a copy made under load is whole, and holds all that was accepted before it was asked for', async () => {
    const box = openSqlite(newPath());
    const path = newPath();
    await fill(box);
    await box.commit({ now: NOW, subscribe: [addressed('b')] });
    let accepted = 0;
    let busy = true;
    const publishing = (async () => {
      while (busy) {
        await box.commit({ now: NOW, publish: [mailTo('b', `m${accepted}`)] });
        accepted += 1;
      }
    })();
    while (accepted < 50) await box.commit({ now: NOW });
    const before = accepted;
    await box.backup!(path);
    expect(accepted).toBeGreaterThan(before);
    busy = false;
    await publishing;
    await box.close();
    expect(verifySqlite(path)).toMatchObject({ problems: [], counts: { definitions: 1 } });
    expect(readdirSync(folder).filter((name) => name.startsWith(path.split('/').at(-1)!))).toHaveLength(1);
    const copy = openSqlite(path);
    const ids = Array.from({ length: before }, (_, index) => `m${index}`);
    expect((await copy.read(ids)).every((message) => message !== undefined)).toBe(true);
    const [kept] = await copy.read(['kept']);
    expect(Buffer.from(await bytesOf(kept!.parts[0])).equals(large)).toBe(true);
    expect(subjects(await take(copy, 'b', NOW, before)).slice(0, before)).toEqual(ids);
    await copy.close();
  });

  test('leaves the store to its owner: no other process opens it afterwards', async () => {
    const path = newPath();
    const box = openSqlite(path);
    await fill(box);
    await box.backup!(newPath());
    await box.backup!(newPath());
    const program = join(import.meta.dirname, 'open-once.ts');
    const openElsewhere = () => execFileSync(process.execPath, [program, path], { encoding: 'utf8' }).trim();
    expect(openElsewhere()).toBe('STORE_IN_USE');
    await box.close();
    expect(openElsewhere()).toBe('opened');
  });

  test('never replaces a file, and leaves nothing of one that failed', async () => {
    const box = openSqlite(newPath());
    const path = newPath();
    writeFileSync(path, 'precious');
    await expect(box.backup!(path)).rejects.toEqual(refused('STORE_EXISTS'));
    expect(readFileSync(path, 'utf8')).toBe('precious');
    const nowhere = join(folder, 'no such folder', 'copy.db');
    await expect(box.backup!(nowhere)).rejects.toEqual(refused('STORE_COPY_FAILED'));
    await box.close();
    await expect(box.backup!(newPath())).rejects.toEqual(refused('STORE_CLOSED'));
  });

  test('two at a time are both whole; one that the end of the bus cuts short is not there', async () => {
    const box = openSqlite(newPath());
    await fill(box);
    const [one, two, three] = [newPath(), newPath(), newPath()];
    await Promise.all([box.backup!(one), box.backup!(two)]);
    const cut = box.backup!(three).catch((error: unknown) => error);
    await box.close();
    expect(verifySqlite(one).problems).toEqual([]);
    expect(verifySqlite(two).problems).toEqual([]);
    expect(await cut).toEqual(refused('STORE_COPY_FAILED'));
    expect(existsSync(three) || existsSync(`${three}.part`)).toBe(false);
  });
});

describe('verify', () => {
  async function damaged(damage: string): Promise<readonly string[]> {
    const path = newPath();
    const box = openSqlite(path);
    await fill(box);
    await box.close();
    const database = new DatabaseSync(path);
    database.exec(damage);
    database.close();
    return verifySqlite(path).problems;
  }

  test.each([
    ['DELETE FROM parts WHERE chunks = 0', /part 2 of message medium is missing/],
    ['DELETE FROM chunks WHERE number = 1', /part 1 has 3 of 4 chunks/],
    [
      'UPDATE chunks SET bytes = substr(bytes, 2) WHERE number = 2',
      /part 1 of message kept has 899999 of 900000 bytes/,
    ],
    ['UPDATE parts SET refs = 7 WHERE seq = 1', /part 1 counts 7 references and has 1/],
    ["DELETE FROM messages WHERE id = 'two'", /the message of delivery d\d+ is missing/],
  ])('%s is found', async (damage, problem) => {
    expect((await damaged(damage)).join()).toMatch(problem);
  });

  test('a store in use, one that is not there and what is none are refused', async () => {
    const path = newPath();
    const box = openSqlite(path);
    await box.commit({ now: NOW });
    expect(() => verifySqlite(path)).toThrow(refused('STORE_IN_USE'));
    await box.close();
    expect(() => verifySqlite(newPath())).toThrow(refused('STORE_NOT_OPENED'));
    const other = newPath();
    writeFileSync(other, Buffer.alloc(5000, 'not a database '));
    expect(() => verifySqlite(other)).toThrow(refused('STORE_CORRUPT'));
  });

  test('a page that was overwritten is found', async () => {
    const path = newPath();
    const box = openSqlite(path);
    await fill(box);
    await box.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 8192 * 3, 8192 * 4);
    writeFileSync(path, bytes);
    const problems = (() => {
      try {
        return verifySqlite(path).problems;
      } catch (thrown) {
        expect(thrown).toEqual(refused('STORE_CORRUPT'));
        return ['refused'];
      }
    })();
    expect(problems).not.toEqual([]);
  });
});

describe('restore', () => {
  async function backedUp(): Promise<{ backup: string; expected: unknown }> {
    const path = newPath();
    const backup = newPath();
    const box = openSqlite(path);
    await fill(box);
    await box.backup!(backup);
    const expected = await seen(box);
    await box.close();
    return { backup, expected };
  }

  test('puts everything back, where nothing was or with force', async () => {
    const { backup, expected } = await backedUp();
    const path = newPath();
    restoreSqlite(backup, path);
    expect(await seenIn(path)).toEqual(expected);
    const box = openSqlite(path);
    await box.commit({ now: NOW, keep: [messageOf('later')] });
    await box.close();
    expect(() => restoreSqlite(backup, path)).toThrow(refused('STORE_EXISTS'));
    restoreSqlite(backup, path, { force: true });
    expect(await seenIn(path)).toEqual(expected);
  });

  test('never onto a store in use, and never from one that is not whole', async () => {
    const { backup } = await backedUp();
    const path = newPath();
    const box = openSqlite(path);
    await box.commit({ now: NOW, keep: [messageOf('m')] });
    expect(() => restoreSqlite(backup, path, { force: true })).toThrow(refused('STORE_IN_USE'));
    const database = new DatabaseSync(backup);
    database.exec('DELETE FROM chunks');
    database.close();
    expect(() => restoreSqlite(backup, newPath())).toThrow(refused('STORE_UNSOUND'));
    expect(await box.read(['m'])).toHaveLength(1);
    await box.close();
  });
});

describe('copy', () => {
  test('everything arrives, and work goes on where it stood', async () => {
    const from = newPath();
    const to = newPath();
    const box = openSqlite(from);
    await fill(box);
    const expected = await seen(box);
    await box.close();
    const source = openSqliteSource(from);
    const target = openSqliteTarget(to);
    const { counts, problems } = await transfer(source, target);
    await Promise.all([source.close(), target.close()]);
    expect(problems).toEqual([]);
    expect(counts).toMatchObject({ messages: 6, chunks: 4, parts: 2, instances: 1, keys: 1, definitions: 1 });
    expect(await seenIn(to)).toEqual(expected);
    expect(verifySqlite(to).problems).toEqual([]);
    const copy = openSqlite(to);
    const { routed } = await copy.commit({
      now: NOW,
      publish: [{ ...mailTo('a', 'again'), keys: [{ scope: 's', key: 'k' }] }],
    });
    expect(routed[0]!.duplicateOf).toBe('one');
    await copy.commit({ now: NOW, publish: [mailTo('nobody', 'new')] });
    await copy.close();
    expect(verifySqlite(to).problems).toEqual([]);
  });

  test('every column of every table is among those that are moved', async () => {
    const path = newPath();
    await openSqlite(path).close();
    const database = new DatabaseSync(path);
    const left: string[] = [];
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      const kind = TRANSFERRED.find((one) => one.name === name);
      const columns = database.prepare(`PRAGMA table_info(${String(name)})`).all();
      for (const column of columns) {
        if (!kind?.columns.includes(String(column['name']))) left.push(`${String(name)}.${String(column['name'])}`);
      }
    }
    database.close();
    expect(left).toEqual(
      ['parts.staged_at', 'owners.name', 'owners.host', 'owners.fence', 'owners.since', 'owners.until'].sort(
        (a, b) => left.indexOf(a) - left.indexOf(b),
      ),
    );
  });

  test('a difference is found, and a copy that is not the same is not there', async () => {
    const from = newPath();
    const to = newPath();
    const box = openSqlite(from);
    await fill(box);
    await box.close();
    const source = openSqliteSource(from);
    const target = openSqliteTarget(to);
    const lossy = {
      ...target,
      write: (...[kind, rows]: Parameters<typeof target.write>) => target.write(kind, kind.name === 'keys' ? [] : rows),
    };
    const { problems } = await transfer(source, lossy);
    await Promise.all([source.close(), target.close()]);
    expect(problems).toEqual(['keys: 0 rows of 1']);
    expect(existsSync(to) || existsSync(`${to}.part`)).toBe(false);
    const again = openSqliteTarget(to);
    await again.close();
    writeFileSync(to, '');
    expect(() => openSqliteTarget(to)).toThrow(refused('STORE_NOT_EMPTY'));
  });
});

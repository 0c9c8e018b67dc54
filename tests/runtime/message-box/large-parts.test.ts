/** Large parts in the file: chunks that are counted by the messages that refer to them, and go with the last. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bytesOf, type Part } from '../../../runtime/contracts/message.ts';
import { defaultRetention } from '../../../runtime/contracts/retention.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { messageOf, NOW } from '../../../runtime/testing/message-box/bench.ts';

const CHUNK = 262_144;
const folder = mkdtempSync(join(tmpdir(), 'guildhall-large-'));
let files = 0;
const newPath = () => join(folder, `${files++}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

function streamed(chunks: number): Part {
  return {
    name: 'body',
    contentType: 'text/plain',
    size: chunks * CHUNK,
    async *open() {
      for (let count = 0; count < chunks; count += 1) yield Buffer.alloc(CHUNK, `${count}`);
    },
  };
}

/** Looks into a closed store. */
function look(path: string): { parts: number; chunks: number; refs: number } {
  const database = new DatabaseSync(path);
  try {
    const ask = (query: string) => Number(Object.values(database.prepare(query).get()!)[0]);
    return {
      parts: ask('SELECT count(*) FROM parts'),
      chunks: ask('SELECT count(*) FROM chunks'),
      refs: ask('SELECT coalesce(sum(refs), 0) FROM parts'),
    };
  } finally {
    database.close();
  }
}

const later = (days: number) => ({ now: NOW + days * 86_400_000, policy: defaultRetention, limit: 1000 });

test('messages share chunks, and the last of them takes the chunks along', async () => {
  const path = newPath();
  const box = openSqlite(path);
  const part = streamed(5);
  await box.commit({
    now: NOW,
    keep: [
      { ...messageOf('1'), parts: [part] },
      { ...messageOf('2'), parts: [part] },
    ],
  });
  const [read] = await box.read(['1']);
  await box.commit({ now: NOW + 10 * 86_400_000, keep: [{ ...read!, id: '3' }] });
  await box.purge(later(31));
  const [, , third] = await box.read(['1', '2', '3']);
  expect((await bytesOf(third!.parts[0])).byteLength).toBe(5 * CHUNK);
  await box.close();
  expect(look(path)).toEqual({ parts: 1, chunks: 5, refs: 1 });
  const again = openSqlite(path);
  await again.purge(later(41));
  await again.close();
  expect(look(path)).toEqual({ parts: 0, chunks: 0, refs: 0 });
});

test('bytes at hand are chunked once, whatever names they bear', async () => {
  const path = newPath();
  const box = openSqlite(path);
  const bytes = Buffer.alloc(3 * CHUNK + 1, 'x');
  await box.commit({ now: NOW, keep: [messageOf('1', {}, bytes), messageOf('2', {}, bytes)] });
  await box.commit({ now: NOW, keep: [messageOf('3', {}, bytes)] });
  await box.close();
  expect(look(path)).toEqual({ parts: 1, chunks: 4, refs: 3 });
});

test('a message that is stored anew lets its old bytes go', async () => {
  const path = newPath();
  const box = openSqlite(path);
  await box.commit({ now: NOW, keep: [{ ...messageOf('1'), parts: [streamed(3)] }] });
  await box.commit({ now: NOW, keep: [messageOf('1', {}, 'y'.repeat(10_000))] });
  await box.purge(later(1));
  await box.close();
  expect(look(path)).toEqual({ parts: 1, chunks: 0, refs: 1 });
});

test('a part is removed in steps of the size that was asked for', async () => {
  const path = newPath();
  const box = openSqlite(path);
  await box.commit({ now: NOW, keep: [{ ...messageOf('1'), parts: [streamed(10)] }] });
  let steps = 0;
  for (let more = true; more; steps += 1) ({ more } = await box.purge({ ...later(31), limit: 4 }));
  expect(steps).toBeGreaterThan(2);
  await box.close();
  expect(look(path)).toEqual({ parts: 0, chunks: 0, refs: 0 });
});

test('what a duplicate or a refused unit has staged goes with the next purge', async () => {
  const path = newPath();
  const box = openSqlite(path);
  const keys = [{ scope: 's', key: 'k' }];
  for (const id of ['1', '2']) {
    await box.commit({ now: NOW, publish: [{ message: { ...messageOf(id), parts: [streamed(3)] }, keys }] });
  }
  await box.purge(later(0));
  await box.close();
  expect(look(path)).toEqual({ parts: 1, chunks: 3, refs: 1 });
});

test('what a crash left staged is removed when the store is opened', async () => {
  const path = newPath();
  await openSqlite(path).close();
  const database = new DatabaseSync(path);
  database.exec(`INSERT INTO parts (seq, bytes, chunks, staged_at) VALUES (7, x'', 150, ${NOW})`);
  const insert = database.prepare('INSERT INTO chunks (part, number, bytes) VALUES (7, ?, ?)');
  for (let number = 0; number < 150; number += 1) insert.run(number, Buffer.alloc(1000));
  database.close();
  await openSqlite(path).close();
  expect(look(path)).toEqual({ parts: 0, chunks: 0, refs: 0 });
});

test('what is being staged now is left alone by a purge', async () => {
  const box = openSqlite(newPath());
  const gate = Promise.withResolvers<void>();
  const part: Part = {
    ...streamed(6),
    async *open() {
      yield* streamed(5).open();
      await box.purge({ ...later(0), now: NOW + 60_000 });
      gate.resolve();
      yield Buffer.alloc(CHUNK, '5');
    },
  };
  await box.commit({ now: NOW, keep: [{ ...messageOf('1'), parts: [part] }] });
  await gate.promise;
  const [read] = await box.read(['1']);
  expect(Buffer.compare(await bytesOf(read!.parts[0]), await bytesOf(streamed(6)))).toBe(0);
  await box.close();
});

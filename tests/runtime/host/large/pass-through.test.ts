/** A file far larger than the memory that it may take goes through the bus whole, once, whenever the process is killed. */
import { readdirSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../../../runtime/testing/eventually.ts';
import { createFileBus, type FileBus, type RunningBus } from './bus-of-files.ts';

const MEGABYTE = 1_048_576;
/** MB: what the program itself takes to start, and a little more. */
const HEAP = 64;
/** ms: what takes seconds by itself takes longer where others are busy. */
const PATIENCE = 100_000;

let bus: FileBus;
let running: RunningBus | undefined;
beforeEach(() => {
  bus = createFileBus();
});
afterEach(async () => {
  await running?.end('SIGKILL');
  bus.remove();
});

const arrived = (count: number) =>
  eventually(`${count} files arrived`, async () => (await bus.delivered()).length === count, PATIENCE);
const taken = () =>
  eventually('the file was taken away', () => readdirSync(bus.path('data', 'in')).length === 0, PATIENCE);

test('64 MB in, 64 MB out; and twice as much takes no more memory', async () => {
  running = await bus.start(HEAP);
  await bus.drop('first.bin', 64 * MEGABYTE);
  await arrived(1);
  const before = running.peak();
  const digest = await bus.drop('second.bin', 128 * MEGABYTE);
  await arrived(2);
  expect(await bus.delivered()).toContain(digest);
  await taken();
  const peak = running.peak();
  if (before !== undefined && peak !== undefined) expect(peak - before).toBeLessThan(40);
}, 120_000);

test('kill -9 in the middle, again and again: nothing is lost, nothing is doubled, nothing is left over', async () => {
  const digest = await bus.drop('large.bin', 64 * MEGABYTE);
  for (const size of [1, 20, 50]) {
    running = await bus.start(HEAP);
    while (stored() < size * MEGABYTE && (await bus.delivered()).length === 0) await pause(2);
    await running.end('SIGKILL');
  }
  running = await bus.start(HEAP);
  await arrived(1);
  await taken();
  expect(await running.end('SIGTERM')).toBe(0);
  expect(await bus.delivered()).toEqual([digest]);
  expect(look()).toEqual({ messages: 1, done: 1, deliveries: 1, parts: 1, chunks: 256 });
}, 180_000);

/** Bytes of the store and its log. */
function stored(): number {
  return ['box.db', 'box.db-wal'].reduce((sum, name) => sum + (sizeOf(bus.path('data', name)) ?? 0), 0);
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

function look(): Record<string, number> {
  const database = new DatabaseSync(bus.path('data', 'box.db'));
  try {
    const count = (what: string) => Number(database.prepare(`SELECT count(*) AS count FROM ${what}`).get()!['count']);
    return {
      messages: count('messages'),
      done: count("deliveries WHERE state = 'done'"),
      deliveries: count('deliveries'),
      parts: count('parts'),
      chunks: count('chunks'),
    };
  } finally {
    database.close();
  }
}

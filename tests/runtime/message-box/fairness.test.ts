/**
 * What waits costs the others nothing: with 100,000 deliveries waiting at a stopped port, or behind each other in one order,
 * the statements that publishing, claiming and settling execute are the same, and each finds its rows by an index.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { jest } from '@jest/globals';
import type { MessageBox, Publication } from '../../../runtime/contracts/message-box.ts';
import type { Subscription } from '../../../runtime/contracts/routing.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { addressed, done, mailTo, messageOf, NOW, park, take } from '../../../runtime/testing/message-box/bench.ts';

const WAITING = 100_000;
const BATCH = 5000;

let folder: string;
let box: MessageBox;
let executed: string[];

/** Every statement that is executed on behalf of the box is noted. */
beforeEach(() => {
  executed = [];
  for (const method of ['run', 'get', 'all', 'iterate'] as const) {
    const original = StatementSync.prototype[method] as (...given: unknown[]) => unknown;
    jest.spyOn(StatementSync.prototype, method).mockImplementation(function (this: StatementSync, ...given: unknown[]) {
      executed.push(this.sourceSQL);
      return original.apply(this, given) as never;
    } as never);
  }
  folder = mkdtempSync(join(tmpdir(), 'guildhall-fair-'));
  box = openSqlite(join(folder, 'box.db'));
});

afterEach(async () => {
  await box.close();
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function pile(count: number, made: (index: number) => Publication): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const publish = Array.from({ length: BATCH }, (_, index) => made(from + index));
    await box.commit({ now: NOW, publish });
  }
}

async function noting(work: () => Promise<unknown>): Promise<string[]> {
  executed.length = 0;
  await work();
  return executed.filter((text) => !CACHED.test(text));
}

/** Whether a message is still in memory depends on its age. */
const CACHED = /^SELECT \* FROM messages WHERE seq = /;

/** A message on its way through the port. */
async function pass(to: string, id: string): Promise<void> {
  await box.commit({ now: NOW, publish: [mailTo(to, id)] });
  const taken = await take(box, to, NOW, 1);
  await box.commit({ now: NOW, settle: taken.map(done) });
  expect(taken).toHaveLength(1);
}

/** Of the statements: what of them looks at more than the rows that it finds by an index. */
async function scansOf(statements: readonly string[]): Promise<string[]> {
  await box.close();
  const database = new DatabaseSync(join(folder, 'box.db'));
  const plans = [...new Set(statements)]
    .filter((text) => /^\s*(SELECT|UPDATE|DELETE|INSERT)/i.test(text))
    .flatMap((text) => database.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[]);
  database.close();
  return plans.map(({ detail }) => detail).filter((detail) => detail.startsWith('SCAN'));
}

const subscribe = (...subscriptions: Subscription[]) => box.commit({ now: NOW, subscribe: subscriptions });

test('what waits at a stopped port costs the other ports nothing', async () => {
  await subscribe(addressed('stopped'), addressed('other'));
  await box.commit({ now: NOW, operate: [{ kind: 'stop', subscriber: 'stopped' }] });
  await pass('other', 'before');
  const before = await noting(() => pass('other', 'alone'));
  await pile(WAITING, (index) => mailTo('stopped', `m${index}`));
  const after = await noting(() => pass('other', 'beside'));
  expect(after).toEqual(before);
  expect(await noting(() => take(box, 'stopped'))).toEqual(expect.not.arrayContaining([expect.stringMatching(/due/)]));
  expect(await scansOf(after)).toEqual([]);
});

test('what waits behind each other in one order costs publishing, claiming and settling there nothing', async () => {
  await subscribe(addressed('ordered', { order: { onFailure: 'stop' } }));
  for (const id of ['a', 'b', 'c']) await box.commit({ now: NOW, publish: [mailTo('ordered', id)] });
  await pass('ordered', 'warm');
  const before = await noting(() => pass('ordered', 'd'));
  await pile(WAITING, (index) => mailTo('ordered', `m${index}`));
  const after = await noting(() => pass('ordered', 'last'));
  expect(after).toEqual(before);
  expect(await scansOf(after)).toEqual([]);
});

test.each(['stop', 'park'] as const)(
  '%s: a failure writes nothing to those that it holds, nor does resuming',
  async (onFailure) => {
    await subscribe(addressed('ordered', { order: { onFailure } }));
    await pile(WAITING / 5, (index) => mailTo('ordered', `m${index}`));
    const [first] = await take(box, 'ordered');
    const failing = await noting(() => box.commit({ now: NOW, settle: [park(first!)] }));
    const publishing = await noting(() => box.commit({ now: NOW, publish: [mailTo('ordered', 'late')] }));
    const operate = [{ kind: 'resume', delivery: first!.id }] as const;
    const resuming = await noting(() => box.commit({ now: NOW, operate }));
    const statements = [...failing, ...publishing, ...resuming];
    expect(statements.length).toBeLessThan(30);
    expect(await scansOf(statements)).toEqual([]);
  },
);

test('counting does not look at what is done', async () => {
  await subscribe(addressed('a'), addressed('o', { order: { by: 'key', onFailure: 'park' } }));
  await box.commit({ now: NOW, publish: [{ message: messageOf('k1', { to: 'o', key: 1 }) }, mailTo('a', 'm')] });
  await box.commit({ now: NOW, settle: [park((await take(box, 'o'))[0]!)] });
  await box.commit({ now: NOW, publish: [{ message: messageOf('k2', { to: 'o', key: 1 }) }] });
  await box.inspection.counts(NOW);
  await pass('a', 'n');
  const counting = (await noting(() => box.inspection.counts(NOW))).filter((text) => text.includes('deliveries'));
  const scans = await scansOf(counting);
  const partial = /USING (COVERING )?INDEX deliveries_(due|exposed|open|suspended|gaps|timers)/;
  expect(scans.filter((detail) => /SCAN (deliveries|before)\b/.test(detail) && !partial.test(detail))).toEqual([]);
});

/** The schema of a store goes forward and back with what it holds; and what cannot be opened says why. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrateSqlite } from '../../../runtime/message-box/sqlite/migrate.ts';
import { STEPS } from '../../../runtime/message-box/sqlite/schema.ts';
import { verifySqlite } from '../../../runtime/message-box/sqlite/verify.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { messageOf, NOW, refused } from '../../../runtime/testing/message-box/bench.ts';
import { fill, seenIn } from './filled-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'guildhall-migrate-'));
let files = 0;
const newPath = () => join(folder, `${files++}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

const LATEST = STEPS.length;

async function filled(): Promise<string> {
  const path = newPath();
  const box = openSqlite(path);
  await fill(box);
  await box.close();
  return path;
}

interface Seen {
  readonly bodies: unknown;
  readonly records: readonly { readonly deliveries: unknown; readonly history: unknown }[];
  readonly deployed: unknown;
}

function tables(path: string): unknown {
  const database = new DatabaseSync(path);
  const found = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
  database.close();
  return found.map(({ type, name, sql }) => [type, name, String(sql).replaceAll(/\s+/g, ' ')]);
}

test.each(STEPS.map((_, index) => index + 1))(
  'back to %d and forward again keeps what that version can hold',
  async (version) => {
    const path = await filled();
    const before = (await seenIn(path)) as Seen;
    expect(migrateSqlite(path, version)).toEqual({ from: LATEST, to: version });
    expect(verifySqlite(path)).toMatchObject({ schema: version, problems: [] });
    expect(migrateSqlite(path, LATEST)).toEqual({ from: version, to: LATEST });
    expect(verifySqlite(path)).toMatchObject({ schema: LATEST, problems: [] });
    const after = (await seenIn(path)) as Seen;
    expect(after.bodies).toEqual(before.bodies);
    expect(after.records.map(({ deliveries }) => deliveries)).toEqual(
      before.records.map(({ deliveries }) => deliveries),
    );
    expect(after.records.map(({ history }) => history)).toEqual(before.records.map(({ history }) => history));
    if (version >= 3) expect(after).toEqual(before);
  },
);

test('a store that came back has the tables of a new one', async () => {
  const path = await filled();
  migrateSqlite(path, 1);
  migrateSqlite(path, LATEST);
  const fresh = newPath();
  await openSqlite(fresh).close();
  expect(names(path)).toEqual(names(fresh));
});

/** Columns that were added later stand at the end, so the texts may differ where the tables do not. */
function names(path: string): unknown {
  return (tables(path) as [string, string, string][]).map(([type, name]) => `${type} ${name}`);
}

test('back at its first version it has the tables of that version', async () => {
  const path = await filled();
  migrateSqlite(path, 1);
  const first = newPath();
  const database = new DatabaseSync(first);
  STEPS[0]!.up(database);
  database.close();
  expect(names(path)).toEqual(names(first));
});

test('versions that are not known, newer stores and stores in use are refused, and nothing changes', async () => {
  const path = await filled();
  for (const to of [0, LATEST + 1]) expect(() => migrateSqlite(path, to)).toThrow(refused('STORE_NO_WAY_BACK'));
  const box = openSqlite(path);
  await box.commit({ now: NOW });
  expect(() => migrateSqlite(path, 1)).toThrow(refused('STORE_IN_USE'));
  await box.close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 999');
  database.close();
  expect(() => migrateSqlite(path, 1)).toThrow(refused('STORE_NEWER'));
});

test('a file that was cut off is refused as corrupt', async () => {
  const path = await filled();
  truncateSync(path, Math.floor(statSync(path).size / 2 / 8192) * 8192);
  const outcome = (() => {
    try {
      return verifySqlite(path).problems;
    } catch (thrown) {
      return thrown;
    }
  })();
  if (Array.isArray(outcome)) expect(outcome).not.toEqual([]);
  else expect(outcome).toEqual(refused('STORE_CORRUPT'));
});

/** The operating system refuses files larger than 2 MB to this process: a write error, beside the full disk of sqlite.test.ts. */
test('a disk that takes no more refuses what does not fit, says so, and keeps what was accepted', async () => {
  const path = newPath();
  const program = join(import.meta.dirname, 'fill-disk.ts');
  const command = `ulimit -f 4000; trap '' XFSZ; exec "$0" --disable-warning=ExperimentalWarning "$1" "$2"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, program, path], { encoding: 'utf8' });
  const [accepted, code, ...more] = stdout.trim().split('\n');
  expect([code, more, stderr]).toEqual(['STORE_FAILED', [], '']);
  expect(Number(accepted)).toBeGreaterThan(0);
  const box = openSqlite(path);
  expect((await box.inspection.counts(NOW)).messages).toBe(Number(accepted));
  await box.commit({ now: NOW, keep: [messageOf('goes on')] });
  await box.close();
  expect(verifySqlite(path).problems).toEqual([]);
});

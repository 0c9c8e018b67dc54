/** PostgreSQL for tests starts, answers, and keeps what it committed when it is killed. */
import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { freshDatabase, startOwnPostgres } from './postgres.ts';

async function rows(url: string, ...texts: string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let last: unknown[] = [];
    for (const text of texts) last = (await client.query(text)).rows;
    return last;
  } finally {
    await client.end();
  }
}

test('what was committed before a kill is there after the restart', async () => {
  const server = await startOwnPostgres();
  try {
    await rows(server.url, 'create table kept (n int)', 'insert into kept values (7)');
    const open = new Client({ connectionString: server.url });
    const lost = new Promise<Error>((resolve) => open.on('error', resolve));
    await open.connect();
    await open.query('begin');
    await open.query('insert into kept values (8)');
    const before = server.pid;
    await server.kill();
    expect(await lost).toBeInstanceOf(Error);
    await expect(rows(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(server.pid).not.toBe(before);
    expect(await rows(server.url, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(await rows(server.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  } finally {
    await server.stop();
    await server.stop();
  }
  expect(existsSync(server.folder)).toBe(false);
});

test('two databases on the shared server do not see each other, and go when they are dropped', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  try {
    await rows(one.url, 'create table mine (n int)');
    await expect(rows(other.url, 'select * from mine')).rejects.toThrow('does not exist');
    const left = new Client({ connectionString: one.url });
    left.on('error', () => {});
    await left.connect();
    await one.drop();
    await expect(rows(one.url, 'select 1')).rejects.toThrow('does not exist');
  } finally {
    await one.drop();
    await other.drop();
  }
});

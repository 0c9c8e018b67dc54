/** Servers end with their owner, even when that is killed (kill -9). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { eventually } from '../../runtime/testing/eventually.ts';
import { isRunning } from './owned-processes.ts';

const OWNER = `
const { startOwnPostgres } = await import('./postgres.ts');
const { startOwnRedis } = await import('./redis.ts');
const [postgres, redis] = await Promise.all([startOwnPostgres(), startOwnRedis()]);
console.log(JSON.stringify({ pid: postgres.pid, folders: [postgres.folder, redis.folder] }));
setInterval(() => {}, 1000);
`;

test('PostgreSQL and Redis do not outlive an owner that was killed', async () => {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER], { cwd: import.meta.dirname });
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
  const { pid, folders } = JSON.parse(line) as { pid: number; folders: string[] };
  expect(isRunning(pid)).toBe(true);
  owner.kill('SIGKILL');
  await eventually('their folders are gone', async () => !folders.some((folder) => existsSync(folder)));
  await eventually('the postmaster is gone', async () => !isRunning(pid));
});

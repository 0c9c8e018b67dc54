/** A bus that shares its limits: it opens the Redis of its configuration, does without it, and closes it when it stops. */
import { appendFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { freePorts } from '../../servers/ports.ts';
import { redis } from '../../servers/redis.ts';
import { starterIn, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

test('it tells the shared Redis that it is there, and leaves it when it stops', async () => {
  const url = await redis();
  const { solution, free } = await starterIn(temporary.folder, 'sharing');
  appendFileSync(free, `  limits: { redis: "${url}" }\n`);
  const client = new Redis(url);
  const hosts = () => client.zcard('{guildhall:sharing}:limits:hosts');
  try {
    const bus = await startRun(solution, free);
    await eventually('it is there', async () => (await hosts()) === 1);
    expect(await stopRun(bus)).toBe(0);
    expect(await hosts()).toBe(0);
  } finally {
    client.disconnect();
  }
});

test('without its Redis it starts all the same, says so, and stops', async () => {
  const [port] = await freePorts(1);
  const { solution, free } = await starterIn(temporary.folder, 'alone');
  appendFileSync(free, `  limits: { redis: "redis://127.0.0.1:${port}", fallback: local }\n`);
  const bus = await startRun(solution, free);
  await eventually('it says so', () => bus.err().includes('limits-degraded'));
  expect(bus.err()).toMatch(/ECONNREFUSED/);
  expect(await stopRun(bus)).toBe(0);
});

/** Redis for tests starts, answers, and keeps what it answered for when it is killed. */
import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { redis, startOwnRedis } from './redis.ts';

async function ask<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return await question(client);
  } finally {
    if (client.status !== 'end') client.disconnect();
  }
}

test('what was written before a kill is there after the restart', async () => {
  const server = await startOwnRedis();
  try {
    await ask(server.url, (client) => client.set('kept', '7'));
    await server.kill();
    await expect(ask(server.url, (client) => client.get('kept'))).rejects.toThrow();
    await server.restart();
    expect(await ask(server.url, (client) => client.get('kept'))).toBe('7');
  } finally {
    await server.stop();
    await server.stop();
  }
  expect(existsSync(server.folder)).toBe(false);
});

test('all who ask for the shared server get the same one', async () => {
  const [one, other] = await Promise.all([redis(), redis()]);
  expect(other).toBe(one);
  expect(await ask(one, (client) => client.ping())).toBe('PONG');
});

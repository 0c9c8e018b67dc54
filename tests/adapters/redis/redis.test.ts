/** Redis: lists, what another host has left, entries that were trimmed away, servers that crash or refuse. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { redis as adapter } from '../../../adapters/redis/adapter.ts';
import type { RedisReceiveConfig, RedisSendConfig } from '../../../adapters/redis/config.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { block, type SupervisedLocation, superviseLocation } from '../../../runtime/testing/supervised-location.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { redis, startOwnRedis } from '../../servers/redis.ts';

let url: string;
let direct: Redis;
beforeAll(async () => {
  url = await redis();
  direct = new Redis(url);
});
afterAll(() => direct.disconnect());

const key = () => `k-${randomUUID()}`;
const signal = new AbortController().signal;
const context = testAdapterContext({});

async function receiving(
  config: Omit<RedisReceiveConfig, 'url'>,
  work: (location: SupervisedLocation) => Promise<void>,
  at = url,
) {
  const location = superviseLocation(
    adapter.receive!({ url: at, idle: '200ms', deadline: '2s', ...config }, context),
    context,
  );
  location.start();
  try {
    await work(location);
  } finally {
    await location.stop();
  }
}

async function send(config: Omit<RedisSendConfig, 'url'>, text: string, at = url): Promise<void> {
  const port = adapter.send!({ url: at, deadline: '2s', ...config }, context);
  try {
    const properties = { 'report.kind': 'pothole', 'bus.idempotencyKey': 'i-1' };
    await port.send(testMessage({ id: 'm', bytes: Buffer.from(text), contentType: 'text/plain', properties }), signal);
  } finally {
    await port.close();
  }
}

describe('lists', () => {
  test('in order, and forgotten once they are taken', async () => {
    const list = key();
    for (const text of ['a', 'b', 'c']) await send({ list }, text);
    await receiving({ list }, async (location) => {
      await eventually('all came', () => location.seen.length === 3);
      expect(location.seen).toEqual(['a', 'b', 'c']);
      await eventually('nothing is left', async () => (await direct.exists(list, `${list}:guildhall`)) === 0);
    });
  });

  test('what was under way at a stop goes back to its place', async () => {
    const list = key();
    for (const text of ['a', 'b']) await send({ list }, text);
    await receiving({ list }, async (location) => {
      location.answer(block);
      await eventually('something is handed over', () => location.seen.length === 2);
    });
    expect((await direct.lrange(list, 0, -1)).sort()).toEqual(['a', 'b']);
    await direct.del(list);
  });

  test('what a host has taken and died with is taken over after a while, under the same key', async () => {
    const list = key();
    await direct.lpush(list, 'a');
    await receiving({ list }, async (one) => {
      one.answer(block);
      await eventually('it is handed over', () => one.seen.length === 1);
      await receiving({ list }, async (other) => {
        await eventually('the other has it', () => other.seen.length > 0);
        expect(other.incoming[0]!.key).toBe(one.incoming[0]!.key);
      });
    });
    await direct.del(list, `${list}:guildhall`);
  });

  test('bytes of any kind, with blanks and line breaks', async () => {
    const list = key();
    const bytes = Buffer.from([0, 32, 10, 255, 32, 128]);
    await direct.lpush(list, bytes);
    await receiving({ list }, async (location) => {
      await eventually('it came', () => location.incoming.length === 1);
      expect(Buffer.from(location.incoming[0]!.parts[0].bytes!).equals(bytes)).toBe(true);
    });
  });
});

describe('streams', () => {
  test('fields beside the body, and the key for the far end', async () => {
    const stream = key();
    await send({ stream, properties: ['report.kind', 'not.there'] }, 'a');
    const [[, fields]] = (await direct.xrange(stream, '-', '+')) as [[string, string[]]];
    expect(fields).toEqual(['body', 'a', 'idempotencyKey', 'i-1', 'report.kind', 'pothole']);
    await direct.del(stream);
  });

  test('each group has every entry; entries stay unless told', async () => {
    const stream = key();
    await send({ stream }, 'a');
    for (const group of ['one', 'two']) {
      await receiving({ stream, group }, async (location) => {
        await eventually('it came', () => location.seen.length === 1);
        await eventually(
          'it is acknowledged',
          async () => ((await direct.xpending(stream, group)) as [number])[0] === 0,
        );
      });
    }
    expect(await direct.xlen(stream)).toBe(1);
    expect(((await direct.xinfo('CONSUMERS', stream, 'one')) as unknown[]).length).toBe(0);
    await direct.del(stream);
  });

  test('a group that begins now leaves out what was before', async () => {
    const stream = key();
    await send({ stream }, 'before');
    await receiving({ stream, from: 'now' }, async (location) => {
      await eventually(
        'the group is there',
        async () => ((await direct.xinfo('GROUPS', stream)) as unknown[]).length === 1,
      );
      await send({ stream }, 'after');
      await eventually('it came', () => location.seen.length > 0);
      expect(location.seen).toEqual(['after']);
    });
    await direct.del(stream);
  });

  test('an entry without a body is an empty message, not an end', async () => {
    const stream = key();
    await direct.xadd(stream, '*', 'other', 'x');
    await receiving({ stream }, async (location) => {
      await eventually('it came', () => location.seen.length === 1);
      expect([location.seen[0], location.incoming[0]!.context.get('redis.field.other')?.value]).toEqual(['', 'x']);
    });
    await direct.del(stream);
  });

  test('a key of another type', async () => {
    const stream = key();
    await direct.set(stream, 'text');
    await expect(send({ stream }, 'a')).rejects.toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
    await direct.del(stream);
  });

  test('a server that is killed and comes back loses nothing that was acknowledged', async () => {
    const own = await startOwnRedis();
    try {
      const stream = key();
      await send({ stream }, 'a', own.url);
      await receiving(
        { stream },
        async (location) => {
          await eventually('it came', () => location.seen.length === 1);
          await own.kill();
          await own.restart();
          await send({ stream }, 'b', own.url);
          await eventually('the next one came', () => location.seen.includes('b'));
        },
        own.url,
      );
    } finally {
      await own.stop();
    }
  }, 60_000);
});

test('a password that is wrong, and one that stands in no error', async () => {
  const wrong = new URL(url);
  wrong.username = 'nobody';
  wrong.password = 'hush';
  const failure = await send({ list: 'l' }, 'a', wrong.href).catch((thrown: Error) => thrown);
  expect(failure).toMatchObject({ code: 'ENDPOINT_DENIED' });
  expect(JSON.stringify([(failure as Error).message])).not.toContain('hush');
});

test.each([
  [{ url: 'redis://h' }, ''],
  [{ url: 'redis://h', stream: 's', list: 'l' }, 'list'],
  [{ url: 'redis://h', list: 'l', group: 'g' }, 'group'],
])('check finds %j', (config, path) => {
  expect(adapter.check(config, 'receive').map((found) => found.path)).toEqual([path]);
});

/** Long waits of the client would keep a test run from ending. */
test('a closed port leaves no connection behind', async () => {
  const clock = createSystemClock();
  const count = async () => ((await direct.client('LIST', 'TYPE', 'NORMAL')) as string).trim().split('\n').length;
  const before = await count();
  const port = adapter.send!({ url, list: 'l' }, context);
  const message = (id: string) => testMessage({ id, bytes: Buffer.from('x'), contentType: 'text/plain' });
  await Promise.all(Array.from({ length: 20 }, (_, id) => port.send(message(String(id)), signal)));
  expect(await count()).toBe(before + 1);
  await port.close();
  await eventually('it is gone', async () => (await count()) === before);
  await clock.sleep(1);
  await direct.del('l');
});

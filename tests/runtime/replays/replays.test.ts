/** What may come once: within one process, and among hosts by a real Redis, through its death. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { ReplayCache } from '../../../runtime/contracts/replays.ts';
import { createLocalReplayCache } from '../../../runtime/replays/local.ts';
import { createSharedReplayCache } from '../../../runtime/replays/redis.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { type OwnRedis, redis, startOwnRedis } from '../../servers/redis.ts';

const clock = createSystemClock();
const later = () => clock.now() + 60_000;
let count = 0;
const name = () => `replays-${process.pid}-${++count}`;

let open: ReplayCache[] = [];
let server: OwnRedis | undefined;

function host(url: string, bus: string, fallback: 'local' | 'stop' = 'local'): ReplayCache {
  const cache = createSharedReplayCache({ url, bus, fallback, clock });
  open.push(cache);
  return cache;
}

afterEach(async () => {
  await Promise.all(open.map((cache) => cache.close()));
  open = [];
  await server?.stop();
  server = undefined;
});

describe('one host alone', () => {
  test('knows what came, until its time is over', async () => {
    const simulated = createSimulatedClock(0);
    const cache = createLocalReplayCache(simulated);
    expect(await cache.first('a', 1000)).toBe(true);
    expect(await cache.first('a', 1000)).toBe(false);
    expect(await cache.first('b', 1000)).toBe(true);
    await simulated.advance(1000);
    expect(await cache.first('a', 1000)).toBe(false);
    await simulated.advance(1);
    expect(await cache.first('a', 3000)).toBe(true);
  });

  test('forgets what was not kept, and the oldest where there is too much', async () => {
    const cache = createLocalReplayCache(createSimulatedClock(0), 2);
    await cache.first('a', 1000);
    await cache.forget('a');
    expect(await cache.first('a', 1000)).toBe(true);
    await cache.first('b', 1000);
    await cache.first('c', 1000);
    expect([await cache.first('c', 1000), await cache.first('b', 1000)]).toEqual([false, false]);
    expect(await cache.first('a', 1000)).toBe(true);
  });
});

describe('hosts of one bus', () => {
  test('know what came to any of them, once, however many ask at the same time', async () => {
    const [url, bus] = [await redis(), name()];
    const hosts = [host(url, bus), host(url, bus), host(url, bus)];
    const said = await Promise.all(hosts.flatMap((each) => [each.first('a', later()), each.first('a', later())]));
    expect(said.filter(Boolean)).toEqual([true]);
    await hosts[0]!.forget('a');
    expect(await hosts[0]!.first('a', later())).toBe(true);
    expect(await host(url, name()).first('a', later())).toBe(true);
  });

  test('remember each by itself while Redis is away, and what they knew when it comes back with nothing', async () => {
    server = await startOwnRedis();
    const [one, other] = [host(server.url, 'b'), host(server.url, 'b')];
    expect(await one.first('before', later())).toBe(true);
    await server.kill();
    expect([await one.first('while', later()), await other.first('while', later())]).toEqual([true, true]);
    expect([await one.first('before', later()), await one.first('while', later())]).toEqual([false, false]);
    await server.restart();
    let at = 0;
    await eventually('they share again', async () => {
      at += 1;
      return (await one.first(`after ${at}`, later())) && !(await other.first(`after ${at}`, later()));
    });
    expect(await one.first('while', later())).toBe(false);
  });

  test('take nothing meanwhile, where that is said', async () => {
    server = await startOwnRedis();
    const cache = host(server.url, 'b', 'stop');
    await server.kill();
    await expect(cache.first('a', later())).rejects.toMatchObject({ code: 'BUS_BUSY', kind: 'transient' });
    await server.restart();
    await eventually('it takes again', () => cache.first('a', later()).catch(() => false));
  });
});

/** Limits that hosts share through a real Redis: held by all together, through its death and theirs. Counts, never durations. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { type OwnRedis, redis, startOwnRedis } from '../../servers/redis.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';
import { clock, never, newId, openFarEnd, openHost, type SharingHost } from './shared-sends.ts';

let hosts: SharingHost[] = [];
let server: OwnRedis | undefined;

function host(...options: Parameters<typeof openHost>): SharingHost {
  const opened = openHost(...options);
  hosts.push(opened);
  return opened;
}

const names = ({ events }: SharingHost) => events.map(({ name }) => name);

afterEach(async () => {
  await Promise.all(hosts.map(({ limiter }) => limiter.close()));
  hosts = [];
  await server?.stop();
  server = undefined;
});

test('two hosts together never have more under way than one may', async () => {
  const options = { url: await redis(), bus: newId() };
  const both = [host(options), host(options)];
  const end = openFarEnd({ concurrent: 3 });
  await Promise.all(both.flatMap((each) => Array.from({ length: 60 }, (_, n) => end.send(each, n % 4))));
  expect(end.began).toBe(120);
  expect(end.most).toBe(3);
});

test('no host waits for ever, however much another has to send', async () => {
  const options = { url: await redis(), bus: newId() };
  const [busy, late] = [host(options), host(options)];
  const limit = { concurrent: 1 };
  const [much, little] = [openFarEnd(limit), openFarEnd(limit)];
  let full = true;
  const backlog = Array.from({ length: 4 }, async () => {
    while (full) await much.send(busy, 50);
  });
  await eventually('the first is at it', () => much.began > 5);
  const passed: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    const before = much.began;
    const served = little.send(late, 1);
    await Promise.race([served, eventually('the busy one had far more', () => much.began - before > 30)]);
    passed.push(much.began - before);
    await clock.sleep(200);
  }
  full = false;
  await Promise.all(backlog);
  expect(Math.max(...passed)).toBeLessThanOrEqual(30);
  expect(little.began).toBe(4);
});

test('two hosts together begin no more in a span of time than one may', async () => {
  const url = await redis();
  const options = { url, bus: newId() };
  const [one, other] = [host(options), host(options)];
  const client = new Redis(url);
  try {
    const now = async () => (await client.time()).reduce((sum, part, index) => sum + part * [1000, 0.001][index]!, 0);
    const from = await now();
    const end = openFarEnd({ perSecond: 20 });
    await Promise.all(Array.from({ length: 10 }, () => [end.send(one, 0), end.send(other, 0)]).flat());
    const took = (await now()) - from;
    expect(end.began).toBe(20);
    expect(end.began).toBeLessThanOrEqual((took * 20) / 1000 + 2);
  } finally {
    client.disconnect();
  }
});

test('buses do not share, nor do ports', async () => {
  const url = await redis();
  const [one, other] = [host({ url, bus: newId() }), host({ url, bus: newId() })];
  const limit = { concurrent: 1 };
  const permits = await Promise.all([
    one.limiter.acquire('a', limit, never),
    one.limiter.acquire('b', limit, never),
    other.limiter.acquire('a', limit, never),
  ]);
  expect(permits).toHaveLength(3);
});

test('who gives up makes way for others, and takes nothing', async () => {
  const options = { url: await redis(), bus: newId() };
  const [one, other] = [host(options), host(options)];
  const limit = { concurrent: 1 };
  const permit = await one.limiter.acquire('port', limit, never);
  const stopping = new AbortController();
  const waiting = [other, other, one].map(({ limiter }) => limiter.acquire('port', limit, stopping.signal));
  await clock.sleep(100);
  const reason = new Error('stopping');
  stopping.abort(reason);
  for (const each of waiting) await expect(each).rejects.toBe(reason);
  permit.release();
  (await one.limiter.acquire('port', limit, never)).release();
  (await other.limiter.acquire('port', limit, never)).release();
});

const DOOMED = `
const { openHost, never } = await import('./shared-sends.ts');
const [url, bus] = process.argv.slice(1);
const { limiter } = openHost({ url, bus, lease: 1500 });
await Promise.all([1, 2].map(() => limiter.acquire('port', { concurrent: 3 }, never)));
console.log('held');
setInterval(() => {}, 1000);
`;

test('the slots of a host that was killed come free, those of one that lives do not', async () => {
  const options = { url: await redis(), bus: newId(), lease: 1500 };
  const doomed = spawn(process.execPath, ['--input-type=module', '-e', DOOMED, options.url, options.bus], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface(doomed.stdout), 'line');
  const limit = { concurrent: 3 };
  const end = openFarEnd(limit);
  const heir = host(options);
  const own = await heir.limiter.acquire('port', limit, never);
  const work = [end.send(heir, 20), end.send(heir, 20), end.send(heir, 20)];
  await clock.sleep(3 * options.lease);
  const before = end.began;
  doomed.kill('SIGKILL');
  await Promise.all(work);
  expect([before, end.began]).toEqual([0, 3]);
  expect(end.most).toBeLessThanOrEqual(2);
  own.release();
});

test('stop: sends wait while Redis is away, and those under way still count when it comes back with nothing', async () => {
  server = await startOwnRedis();
  const options = { url: server.url, bus: 'northmoor', fallback: 'stop' } as const;
  const [one, other] = [host(options), host(options)];
  const limit = { concurrent: 2 };
  const held = await one.limiter.acquire('port', limit, never);
  await server.kill();
  await eventually('both know', () => [one, other].every((each) => names(each).includes('limits-degraded')));
  const end = openFarEnd(limit);
  const sends = Array.from({ length: 6 }, (_, n) => end.send(n % 2 ? one : other, 5));
  await clock.sleep(300);
  expect(end.began).toBe(0);
  await server.restart();
  await forget(server.url);
  await Promise.all(sends);
  expect(end.began).toBe(6);
  expect(end.most).toBe(1);
  expect(names(one)).toEqual(['limits-degraded', 'limits-restored']);
  held.release();
});

test('a Redis that forgot what is under way gives nothing until hosts had the time to tell it', async () => {
  server = await startOwnRedis();
  const proxy = await startTcpProxy(server.url);
  try {
    const slow = host({ url: `redis://127.0.0.1:${proxy.port}`, bus: 'northmoor' });
    const quick = host({ url: server.url, bus: 'northmoor' });
    const limit = { concurrent: 1 };
    const held = await slow.limiter.acquire('port', limit, never);
    proxy.cut();
    await server.kill();
    await server.restart();
    await forget(server.url);
    const end = openFarEnd(limit);
    const waiting = end.send(quick, 0);
    await eventually('one is back', () => names(quick).includes('limits-restored'));
    await clock.sleep(500);
    proxy.heal();
    await clock.sleep(3000);
    expect(end.began).toBe(0);
    held.release();
    await waiting;
  } finally {
    await proxy.close();
  }
});

/** As a Redis that keeps nothing on disk does when it starts. */
async function forget(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}

test('local: each host keeps the whole limit by itself; what it has under way counts, both going and coming back', async () => {
  server = await startOwnRedis();
  const options = { url: server.url, bus: 'northmoor', fallback: 'local' } as const;
  const [one, other] = [host(options), host(options)];
  const limit = { concurrent: 2 };
  const before = await one.limiter.acquire('port', limit, never);
  await server.kill();
  await eventually('both know', () => [one, other].every((each) => names(each).includes('limits-degraded')));
  const [ends, otherEnds] = [openFarEnd(limit), openFarEnd(limit)];
  await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 ? ends.send(one, 5) : otherEnds.send(other, 5))));
  expect([ends.most, otherEnds.most]).toEqual([1, 2]);
  const during = await other.limiter.acquire('port', limit, never);
  await server.restart();
  await eventually('both are back', () => [one, other].every((each) => names(each).includes('limits-restored')));
  const after = openFarEnd(limit);
  const sends = [after.send(one, 5), after.send(other, 5)];
  await clock.sleep(3000);
  expect(after.began).toBe(0);
  during.release();
  await Promise.all(sends);
  expect(after.most).toBe(1);
  before.release();
});

test('share: each host keeps its part of the limit by itself', async () => {
  server = await startOwnRedis();
  const options = { url: server.url, bus: 'northmoor', fallback: 'share', lease: 600 } as const;
  const both = [host(options), host(options)];
  const limit = { concurrent: 6 };
  for (const { limiter } of both) (await limiter.acquire('port', limit, never)).release();
  await clock.sleep(2 * options.lease);
  await server.kill();
  await eventually('both know', () => both.every((each) => names(each).includes('limits-degraded')));
  expect(both.map(({ events }) => events[0]!.data)).toMatchObject([{ hosts: 2 }, { hosts: 2 }]);
  const ends = both.map(() => openFarEnd(limit));
  await Promise.all(both.flatMap((each, n) => Array.from({ length: 9 }, () => ends[n]!.send(each, 5))));
  expect(ends.map(({ most }) => most)).toEqual([3, 3]);
});

test('a bus that starts while Redis is away goes by the fallback, and shares as soon as it can', async () => {
  server = await startOwnRedis();
  await server.kill();
  const [lenient, strict] = (['local', 'stop'] as const).map((fallback) =>
    host({ url: server!.url, bus: 'northmoor', fallback }),
  );
  const limit = { concurrent: 1 };
  const held = await lenient!.limiter.acquire('port', limit, never);
  const end = openFarEnd(limit);
  const waiting = end.send(strict!, 0);
  await clock.sleep(100);
  expect(end.began).toBe(0);
  await server.restart();
  await clock.sleep(3000);
  expect(end.began).toBe(0);
  held.release();
  await waiting;
});

test('a Redis that is there but does not answer is away; nothing is lost when it answers again', async () => {
  const proxy = await startTcpProxy(await redis());
  try {
    const only = host({ url: `redis://127.0.0.1:${proxy.port}`, bus: newId(), fallback: 'stop' });
    const limit = { concurrent: 1 };
    (await only.limiter.acquire('port', limit, never)).release();
    proxy.stall();
    const end = openFarEnd(limit);
    const sends = [1, 2, 3].map(() => end.send(only, 5));
    await eventually('it is known', () => names(only).includes('limits-degraded'));
    expect(end.began).toBe(0);
    proxy.heal();
    await Promise.all(sends);
    expect(end).toMatchObject({ began: 3, most: 1 });
    expect(names(only)).toEqual(['limits-degraded', 'limits-restored']);
  } finally {
    await proxy.close();
  }
});

test('through any number of restarts in the middle of it, no more are under way than allowed and all are served', async () => {
  server = await startOwnRedis();
  const options = { url: server.url, bus: 'northmoor', fallback: 'stop' } as const;
  const all = [host(options), host(options), host(options)];
  const end = openFarEnd({ concurrent: 2, perSecond: 200 });
  const sends = Array.from({ length: 300 }, (_, n) => end.send(all[n % all.length]!, n % 7));
  for (const stage of [60, 140, 220]) {
    await eventually(`${stage} have begun`, () => end.began >= stage);
    await server.kill();
    await server.restart();
    if (stage === 140) await forget(server.url);
  }
  await Promise.all(sends);
  expect(end.began).toBe(300);
  expect(end.most).toBeLessThanOrEqual(2);
}, 120_000);

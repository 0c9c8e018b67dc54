/**
 * Redis for tests: the one that GUILDHALL_TEST_REDIS_URL names, else one of our own on a loopback port, with a temporary
 * folder, that ends with its owner. Every write is on disk before it is answered.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { installed, type Program } from './install.ts';
import { isRunning, type OwnedFolder, ownFolder } from './owned-processes.ts';
import { freePorts } from './ports.ts';
import { shared } from './shared.ts';

const GIVEN = 'GUILDHALL_TEST_REDIS_URL';
const PATIENCE = 30_000;

const PROGRAM: Program = {
  places: [
    '/usr/bin/redis-server',
    '/usr/local/bin/redis-server',
    '/opt/homebrew/bin/redis-server',
    '/usr/local/opt/redis/bin/redis-server',
  ],
  debian: 'redis-server',
  advice: `Redis is needed: install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis), or set ${GIVEN} to a server that tests may use`,
};

/** One of our own, which can be made to crash. */
export interface OwnRedis {
  readonly url: string;
  readonly folder: string;
  /** kill -9; its data stay. */
  kill(): Promise<void>;
  /** After kill(): starts it again on the same port, with the same data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. Safe twice. */
  stop(): Promise<void>;
}

/** The URL of the server that all suites of this test run share: keys need names of their own. */
export function redis(): Promise<string> {
  return shared('redis', async (owner) => {
    const given = process.env[GIVEN];
    return given === undefined ? startOwnRedis(owner) : { url: given };
  });
}

export async function startOwnRedis(owner = process.pid): Promise<OwnRedis> {
  const server = await installed(PROGRAM);
  const [port] = (await freePorts(1)) as [number];
  const owned = await ownFolder('redis', owner);
  await mkdir(join(owned.folder, 'data'));
  await launch(owned, server, port);
  return {
    url: urlOf(port),
    folder: owned.folder,
    kill: owned.kill,
    restart: () => launch(owned, server, port),
    stop: owned.stop,
  };
}

const urlOf = (port: number) => `redis://127.0.0.1:${port}`;

async function launch(owned: OwnedFolder, server: string, port: number): Promise<void> {
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: join(owned.folder, 'data'),
    daemonize: 'no',
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  try {
    const pid = await owned.run('redis', server, args);
    await untilReady(port, () => isRunning(pid), owned.folder);
  } catch (thrown) {
    await owned.kill();
    throw thrown;
  }
}

/** It listens before it has read its data. */
async function untilReady(port: number, isUp: () => boolean, folder: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await answers(port))) {
    if (!isUp() || Date.now() > deadline) throw new Error(`Redis did not start: see ${folder}`);
    await pause(50);
  }
}

async function answers(port: number): Promise<boolean> {
  const client = new Redis(urlOf(port), { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    if (client.status !== 'end') client.disconnect();
  }
}

/**
 * PostgreSQL for tests: the one that GUILDHALL_TEST_POSTGRES_URL names, else one of our own on a loopback port, with a
 * temporary folder, that ends with its owner. What it commits is on disk: fsync is on.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { installed, type Program } from './install.ts';
import { isRunning, type OwnedFolder, ownFolder, signalled, untilGone } from './owned-processes.ts';
import { freePorts } from './ports.ts';
import { shared } from './shared.ts';

const execute = promisify(execFile);

const GIVEN = 'GUILDHALL_TEST_POSTGRES_URL';
const PATIENCE = 60_000;

const PROGRAM: Program = {
  places: [
    '/usr/local/bin/postgres',
    '/usr/pgsql-*/bin/postgres',
    '/usr/local/opt/postgresql@*/bin/postgres',
    '/opt/homebrew/opt/postgresql@*/bin/postgres',
    '/usr/lib/postgresql/*/bin/postgres',
  ],
  debian: 'postgresql',
  advice: `PostgreSQL is needed: install it (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), or set ${GIVEN} to a server on which tests may create databases`,
};

/** One of our own, which can be made to crash. */
export interface OwnPostgres {
  readonly url: string;
  readonly folder: string;
  /** The postmaster; another one after restart(). */
  readonly pid: number;
  /** kill -9 of the postmaster and all its children; its data stay. */
  kill(): Promise<void>;
  /** After kill(): starts it again on the same port, with the same data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. Safe twice. */
  stop(): Promise<void>;
}

export interface FreshDatabase {
  readonly url: string;
  /** Removes it, whoever is still connected. Safe twice. */
  drop(): Promise<void>;
}

/** The URL of the server that all suites of this test run share. */
export function postgres(): Promise<string> {
  return shared('postgres', async (owner) => {
    const given = process.env[GIVEN];
    return given === undefined ? startOwnPostgres(owner) : { url: given };
  });
}

/** An empty database on the shared server, for one suite. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = await postgres();
  const name = `guildhall_${randomUUID().replaceAll('-', '')}`;
  await query(server, `create database ${name} template template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(server, `drop database if exists ${name} with (force)`) };
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

export async function startOwnPostgres(owner = process.pid): Promise<OwnPostgres> {
  const server = await installed(PROGRAM);
  const [port] = (await freePorts(1)) as [number];
  const owned = await ownFolder('postgres', owner);
  const data = join(owned.folder, 'data');
  await makeCluster(server, owned.folder);
  let pid = await launch(owned, server, port);
  return {
    url: urlOf(port),
    folder: owned.folder,
    get pid() {
      return pid;
    },
    kill: () => kill(owned, pid),
    restart: async () => {
      // Nobody may have reaped the killed one, and PostgreSQL would take it for one that runs.
      await rm(join(data, 'postmaster.pid'), { force: true });
      pid = await launch(owned, server, port);
    },
    stop: owned.stop,
  };
}

const urlOf = (port: number) => `postgres://postgres@127.0.0.1:${port}/postgres`;

/** PostgreSQL refuses to run as root; as anybody else it runs as who we are. */
const asServer = (command: string, args: readonly string[]): [string, string[]] =>
  process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, [...args]];

async function makeCluster(server: string, folder: string): Promise<void> {
  const data = join(folder, 'data');
  const sockets = join(folder, 'sockets');
  await mkdir(data, { mode: 0o700 });
  await mkdir(sockets, { mode: 0o700 });
  if (process.getuid?.() === 0) {
    await chmod(folder, 0o711);
    await execute('chown', ['postgres:', data, sockets]);
  }
  const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-locale', '-E', 'UTF8', '--no-sync'];
  const [command, args] = asServer(join(dirname(server), 'initdb'), options);
  await execute(command, args, { cwd: folder });
}

/** Gives the postmaster's process id. */
async function launch(owned: OwnedFolder, server: string, port: number): Promise<number> {
  const { folder } = owned;
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: join(folder, 'sockets'),
    fsync: 'on',
    max_connections: 200,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = asServer(server, ['-D', join(folder, 'data'), ...options]);
  try {
    const started = await owned.run('postgres', command, args, { end: 'QUIT' });
    await untilReady(urlOf(port), () => isRunning(started), folder);
    return Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  } catch (thrown) {
    await owned.kill();
    throw thrown;
  }
}

/** It listens before it has recovered. */
async function untilReady(url: string, isUp: () => boolean, folder: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const refused = await query(url, 'select 1').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (refused === undefined) return;
    if (!isUp() || Date.now() > deadline)
      throw new Error(`PostgreSQL did not start: see ${folder}`, { cause: refused });
    await pause(50);
  }
}

/** Its children are sessions of their own, so killing its group would let them finish what they are at. */
async function kill(owned: OwnedFolder, postmaster: number): Promise<void> {
  signalled(postmaster, 'SIGSTOP');
  const children = await childrenOf(postmaster);
  for (const pid of [postmaster, ...children]) signalled(pid, 'SIGKILL');
  await owned.kill();
  await untilGone(children);
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const { stdout } = await execute('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, above]) => above === parent).map(([pid]) => pid!);
}

/**
 * RabbitMQ for tests, the demo and benchmarks: the one that GUILDHALL_TEST_RABBITMQ_URL names, else one of our own on
 * loopback ports, with a temporary folder and an own epmd, that ends with its owner. Takes 5 to 10 seconds to start.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { findInstalled, installed, type Program } from './install.ts';
import { isRunning, type OwnedFolder, ownFolder } from './owned-processes.ts';
import { freePorts, listening } from './ports.ts';
import { shared } from './shared.ts';

const GIVEN = 'GUILDHALL_TEST_RABBITMQ_URL';
const PATIENCE = 90_000;
const LONGEST_END = 5000;

/** The real program: the wrapper in /usr/sbin changes the user. */
const PROGRAM: Program = {
  places: [
    '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server',
    '/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server',
    '/usr/local/opt/rabbitmq/sbin/rabbitmq-server',
    '/opt/rabbitmq/sbin/rabbitmq-server',
  ],
  debian: 'rabbitmq-server',
  advice: `RabbitMQ is needed: install it (Debian and Ubuntu: apt-get install rabbitmq-server; macOS: brew install rabbitmq), or set ${GIVEN} to a server that tests may use`,
};

export interface RabbitMq {
  readonly url: string;
  /** Kills it and removes its data, where they are not to outlive it. Safe twice. */
  stop(): Promise<void>;
}

/** One of our own, which can be made to crash. */
export interface OwnRabbitMq extends RabbitMq {
  readonly folder: string;
  /** kill -9; its data stay. */
  kill(): Promise<void>;
  /** After kill(): starts it again on the same port, with the same data. */
  restart(): Promise<void>;
}

interface Ports {
  readonly amqp: number;
  readonly distribution: number;
  readonly epmd: number;
}

/** Whether one is given or installed: starting one will not install anything. */
export function findRabbitMq(): boolean {
  return process.env[GIVEN] !== undefined || findInstalled(PROGRAM) !== undefined;
}

/** The URL of the broker that all suites of this test run share. */
export function rabbitmq(): Promise<string> {
  return shared('rabbitmq', async (owner) => {
    const given = process.env[GIVEN];
    return given === undefined ? startOwnRabbitMq(owner) : { url: given };
  });
}

/** The given one, which stop() leaves alone, or one of our own. `data` is a folder that outlives it, by default there is none. */
export async function startRabbitMq(data?: string): Promise<RabbitMq> {
  const given = process.env[GIVEN];
  return given === undefined ? startOwnRabbitMq(process.pid, data) : { url: given, stop: async () => {} };
}

export async function startOwnRabbitMq(owner = process.pid, lasting?: string): Promise<OwnRabbitMq> {
  const server = await installed(PROGRAM);
  const [amqp, distribution, epmd] = (await freePorts(3)) as [number, number, number];
  const ports = { amqp, distribution, epmd };
  const owned = await ownFolder('rabbitmq', owner);
  const data = lasting ?? join(owned.folder, 'data');
  await mkdir(data, { recursive: true });
  await takeOver(data, owned.folder);
  await configure(owned.folder, ports);
  await launch(owned, server, ports, data);
  return {
    url: urlOf(amqp),
    folder: owned.folder,
    kill: owned.kill,
    restart: () => launch(owned, server, ports, data),
    stop: owned.stop,
  };
}

async function configure(folder: string, { amqp }: Ports): Promise<void> {
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${amqp}`,
    'log.console.level = warning',
    'disk_free_limit.absolute = 50MB',
  ];
  await writeFile(join(folder, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
  await writeFile(join(folder, 'plugins'), '[].\n');
}

/** Waits until the server that used the data before has gone: it ends shortly after its owner. */
async function takeOver(data: string, folder: string): Promise<void> {
  const note = join(data, 'served-from');
  const before = await readFile(note, 'utf8').catch(() => '');
  const deadline = Date.now() + LONGEST_END;
  while (before !== '' && existsSync(before) && Date.now() < deadline) await pause(50);
  await writeFile(note, folder);
}

async function launch(
  owned: OwnedFolder,
  server: string,
  { amqp, distribution, epmd }: Ports,
  data: string,
): Promise<void> {
  const { folder } = owned;
  const environment = {
    ...process.env,
    HOME: folder,
    RABBITMQ_NODENAME: 'guildhall@localhost',
    RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  };
  try {
    await owned.run('epmd', 'epmd', ['-port', String(epmd), '-address', '127.0.0.1'], { environment });
    const pid = await owned.run('rabbitmq', server, [], { environment });
    const failed = () => (isRunning(pid) ? undefined : `RabbitMQ did not start: see ${folder}`);
    await listening(amqp, PATIENCE, failed);
    await answering(urlOf(amqp), failed);
  } catch (thrown) {
    await owned.kill();
    throw thrown;
  }
}

const urlOf = (port: number) => `amqp://127.0.0.1:${port}`;

/** It listens some time before it lets anybody in. */
async function answering(url: string, failed: () => string | undefined): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      const connection = await connect(url, { timeout: PATIENCE });
      await connection.close();
      return;
    } catch (thrown) {
      const reason = failed();
      if (reason) throw new Error(reason, { cause: thrown });
      if (Date.now() > deadline) throw thrown;
      await pause(100);
    }
  }
}

/** Finds an installed RabbitMQ, or installs the distribution's own. */
import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The real program: the wrapper in /usr/sbin changes the user. */
const PLACES = [
  '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server',
  '/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server',
  '/usr/local/opt/rabbitmq/sbin/rabbitmq-server',
  '/opt/rabbitmq/sbin/rabbitmq-server',
];

const ADVICE =
  'RabbitMQ is needed: install it (Debian and Ubuntu: apt-get install rabbitmq-server; macOS: brew install rabbitmq), or set GUILDHALL_TEST_RABBITMQ_URL to a server that tests may use';

export function installedRabbitMq(): string | undefined {
  return PLACES.flatMap((place) => globSync(place)).at(-1);
}

export async function installRabbitMq(): Promise<string> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Error(`${ADVICE}.`);
  try {
    await withoutStarting(async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      await run('apt-get', ['update'], { env });
      await run('apt-get', ['install', '-y', '--no-install-recommends', 'rabbitmq-server'], { env });
    });
  } catch (thrown) {
    throw new Error(`${ADVICE}; installing it here failed.`, { cause: thrown });
  }
  const installed = installedRabbitMq();
  if (installed === undefined) throw new Error(`${ADVICE}; it was installed here, but not found.`);
  return installed;
}

/** Debian asks this file whether a package may start its daemon. */
const POLICY = '/usr/sbin/policy-rc.d';

async function withoutStarting(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work();
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(POLICY, { force: true });
  }
}
